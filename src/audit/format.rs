//! The forms of an export.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// For whoever needs every fact.
    JsonLines,
    /// For databases.
    #[cfg(feature = "parquet")]
    Parquet,
    /// For what watches a whole company's logs: events of the Open Cybersecurity Schema Framework.
    Ocsf,
    /// For people.
    #[cfg(feature = "html")]
    Html,
}

impl Format {
    /// How the name of a file in this form ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Ocsf => "ocsf.jsonl",
            #[cfg(feature = "html")]
            Self::Html => "html",
        }
    }

    /// How the file of an export is named.
    pub fn file(self) -> String {
        format!("approvals.{}", self.ending())
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines | Self::Ocsf => "application/x-ndjson",
            #[cfg(feature = "parquet")]
            Self::Parquet => "application/vnd.apache.parquet",
            #[cfg(feature = "html")]
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// As it is named on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Ocsf => "ocsf",
            #[cfg(feature = "html")]
            Self::Html => "html",
        }
    }

    /// Whether each approval is a piece of the file.
    pub fn has_rows(self) -> bool {
        match self {
            Self::Csv | Self::JsonLines | Self::Ocsf => true,
            #[cfg(feature = "parquet")]
            Self::Parquet => false,
            #[cfg(feature = "html")]
            Self::Html => false,
        }
    }
}
