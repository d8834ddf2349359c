//! STS, as far as a role of another account needs it: the query protocol, answers in XML.

use super::{Caller, KEY, World};

/// Status and body. A role's key is that of its account.
pub(super) fn answer(world: &World, caller: &Caller, body: &str) -> (u16, String) {
    let parameter = |name: &str| {
        let value = body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or_default().replace("%3A", ":").replace("%2F", "/")
    };
    match parameter("Action").as_str() {
        "AssumeRole" => {
            let role = parameter("RoleArn");
            let account = role.split(':').nth(4).unwrap_or_default();
            if world.denied.contains(account) {
                return (403, error("AccessDenied", &format!("not authorized to perform: sts:AssumeRole on {role}")));
            }
            let credentials = format!(
                "<Credentials><AccessKeyId>{KEY}{account}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
                 <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            );
            (200, result("AssumeRole", &credentials))
        }
        "GetCallerIdentity" => {
            let account = &caller.account;
            let who = format!("<Arn>arn:aws:iam::{account}:user/tests</Arn><Account>{account}</Account>");
            (200, result("GetCallerIdentity", &who))
        }
        other => (400, error("InvalidAction", other)),
    }
}

fn result(call: &str, inside: &str) -> String {
    format!(
        "<{call}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{call}Result>{inside}</{call}Result>\
         <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{call}Response>"
    )
}

fn error(code: &str, message: &str) -> String {
    format!("<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>")
}
