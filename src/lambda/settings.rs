//! The function's settings, from its environment.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Ingest,
    Sweep,
    Reconcile,
    Export,
}

#[derive(Debug)]
pub(super) struct Settings {
    pub(super) role: Role,
    pub(super) table: String,
    /// Where the policy file is.
    pub(super) policy: String,
    /// The topic that the built-in policy tells.
    pub(super) topic: Option<String>,
    /// The bus for holdpoint's own events.
    pub(super) bus: Option<String>,
    /// Where the archive is; only `export` needs it.
    pub(super) audit: Option<String>,
    /// The KMS key that signs what is put there.
    pub(super) key: Option<String>,
    /// Other accounts and regions whose pipelines are looked at.
    pub(super) members: String,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum SettingError {
    #[error("the environment variable {0} is not set: {1}")]
    Missing(&'static str, &'static str),
    #[error("HOLDPOINT_ROLE is `{0}`: set it to `ingest`, `sweep`, `reconcile` or `export`")]
    Role(String),
}

impl Settings {
    pub(super) fn read() -> Result<Self, SettingError> {
        let role = variable("HOLDPOINT_ROLE").ok_or(SettingError::Missing(
            "HOLDPOINT_ROLE",
            "it says what this function does: `ingest`, `sweep`, `reconcile` or `export`",
        ))?;
        let role = match role.as_str() {
            "ingest" => Role::Ingest,
            "sweep" => Role::Sweep,
            "reconcile" => Role::Reconcile,
            "export" => Role::Export,
            _ => return Err(SettingError::Role(role)),
        };
        let table = variable("HOLDPOINT_TABLE")
            .ok_or(SettingError::Missing("HOLDPOINT_TABLE", "it names the DynamoDB table that holds the facts"))?;
        let policy = variable("HOLDPOINT_POLICY").ok_or(SettingError::Missing(
            "HOLDPOINT_POLICY",
            "it says where the policy file is: `s3://BUCKET/KEY`, `ssm:/NAME` or `file:PATH`",
        ))?;
        let audit = variable("HOLDPOINT_AUDIT");
        if role == Role::Export && audit.is_none() {
            return Err(SettingError::Missing("HOLDPOINT_AUDIT", "it says where the archive is: `s3://bucket/prefix`"));
        }
        Ok(Self {
            role,
            table,
            policy,
            topic: variable("HOLDPOINT_TOPIC"),
            bus: variable("HOLDPOINT_BUS"),
            audit,
            key: variable("HOLDPOINT_AUDIT_KEY"),
            members: variable("HOLDPOINT_MEMBERS").unwrap_or_default(),
        })
    }
}

/// A variable that is empty counts as not set: a template cannot leave one out.
#[expect(clippy::disallowed_methods, reason = "settings are read here, and only here")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
