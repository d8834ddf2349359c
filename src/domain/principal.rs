//! Who made a call, in CloudTrail's terms.

use std::borrow::Cow;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    pub arn: Option<String>,
    /// `IAMUser`, `AssumedRole`, `Root`, ...
    pub kind: String,
    /// The user's or the session's name.
    pub name: Option<String>,
    /// The ARN of the role behind a session, with its path.
    pub role: Option<String>,
    /// Whom the session stands for: set once by whoever issued it, and never changed within it.
    pub source_identity: Option<String>,
    /// The AWS service that made the call in their name.
    pub invoked_by: Option<String>,
    /// The user of IAM Identity Center in whose name the caller acted.
    pub on_behalf_of: Option<String>,
}

/// What IAM Identity Center calls the roles that it makes: behind this stand the permission set and a hash.
const RESERVED: &str = "AWSReservedSSO_";
const HASH: usize = 16;

impl Principal {
    /// All that an ARN tells.
    pub fn of_arn(arn: &str) -> Self {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let (kind, path) = resource.split_once('/').unwrap_or((resource, ""));
        let kind = match kind {
            "user" => "IAMUser",
            "assumed-role" => "AssumedRole",
            "federated-user" => "FederatedUser",
            "root" => "Root",
            _ => "Unknown",
        };
        let name = path.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
        Self { arn: Some(arn.to_owned()), kind: kind.to_owned(), name, ..Self::default() }
    }

    /// The ARN of the role behind a session. A session's own ARN leaves out the path of its role.
    pub fn role_arn(&self) -> Option<Cow<'_, str>> {
        if let Some(role) = &self.role {
            return Some(Cow::Borrowed(role));
        }
        let mut parts = self.arn.as_deref()?.splitn(6, ':');
        let (partition, _, account) = (parts.nth(1)?, parts.nth(1)?, parts.next()?);
        let role = parts.next()?.strip_prefix("assumed-role/")?.split('/').next()?;
        Some(Cow::Owned(format!("arn:{partition}:iam::{account}:role/{role}")))
    }

    /// The permission set by which somebody of IAM Identity Center came in.
    pub fn permission_set(&self) -> Option<&str> {
        let arn = self.arn.as_deref().or(self.role.as_deref())?;
        let role = arn.split('/').find_map(|part| part.strip_prefix(RESERVED))?;
        let (name, hash) = role.rsplit_once('_')?;
        let is_hash = hash.len() == HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_hash && !name.is_empty()).then_some(name)
    }

    /// Every name that they are known by here, the most telling first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let Self { arn, name, source_identity, on_behalf_of, .. } = self;
        [source_identity, arn, name, on_behalf_of].into_iter().filter_map(|name| name.as_deref())
    }
}
