//! Which accounts and regions are looked at beside the own: `REGION` or `ROLE_ARN@REGION`, separated by commas.

use crate::ports::pipelines::Site;

/// Another region, or another account in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub region: String,
    /// The role through which another account is looked at.
    pub role: Option<Role>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub arn: String,
    /// Twelve digits.
    pub account: String,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberError {
    #[error(
        "member `{0}`: `{1}` is not a region; write `eu-west-1` or `arn:aws:iam::111122223333:role/NAME@eu-west-1`"
    )]
    Region(String, String),
    #[error("member `{0}`: `{1}` is not a role's ARN; write `arn:aws:iam::111122223333:role/NAME@eu-west-1`")]
    Role(String, String),
}

impl Member {
    /// None for an empty text.
    pub fn list(text: &str) -> Result<Vec<Self>, MemberError> {
        text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(Self::read).collect()
    }

    fn read(entry: &str) -> Result<Self, MemberError> {
        // A role's name can hold an `@`; a region cannot.
        let (role, region) = match entry.rsplit_once('@') {
            Some((arn, region)) => (Some(Role::read(entry, arn)?), region),
            None => (None, entry),
        };
        let is_region = region.contains('-') && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !is_region {
            return Err(MemberError::Region(entry.to_owned(), region.to_owned()));
        }
        Ok(Self { region: region.to_owned(), role })
    }

    /// `own_account` is where a member without a role is.
    pub fn site(&self, own_account: &str) -> Site {
        let account = self.role.as_ref().map_or(own_account, |role| &role.account);
        Site { account: account.to_owned(), region: self.region.clone() }
    }
}

impl Role {
    fn read(entry: &str, arn: &str) -> Result<Self, MemberError> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, "iam", "", account, resource]
                if account.len() == 12
                    && account.bytes().all(|b| b.is_ascii_digit())
                    && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty()) =>
            {
                Ok(Self { arn: arn.to_owned(), account: (*account).to_owned() })
            }
            _ => Err(MemberError::Role(entry.to_owned(), arn.to_owned())),
        }
    }
}
