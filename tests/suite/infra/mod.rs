//! The deployment to AWS: what the templates in `infra/` say, which parts of them are generated, and that they deploy.

mod alarms;
mod dashboard;
mod deploy;
mod generated;
mod lint;
mod roles;
mod shape;
mod template;
