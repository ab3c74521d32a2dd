//! What the service integrations of Step Functions need to be allowed.
//!
//! A Task's `Resource` names an integration, `arn:aws:states:::dynamodb:putItem`; [`IntegrationName`] is the text after
//! the three colons. [`needs`] tells which IAM actions stand behind it and which arguments name what they touch;
//! [`statements`] asks for those arguments and makes the statements of the machine's role.
//!
//! Pages: "Integrating optimized services with Step Functions", "Discover service integration patterns in Step
//! Functions", "How Step Functions generates IAM policies for integrated services".

mod arguments;
mod athena;
mod derive;
mod eks;
mod emr;
mod find;
mod form;
mod http;
mod jobs;
mod learning;
mod name;
mod needs;
mod optimized;
mod passing;
mod sdk;
mod stores;
mod target;
#[cfg(test)]
mod tests;
mod untyped;

pub use arguments::{Argument, Arguments, AslArguments};
pub use derive::{Call, ObjectAccess, ObjectUse, Underivable, statements};
pub use form::Form;
pub use name::{IntegrationError, IntegrationName, Pattern, TaskResource};
pub use needs::{Field, Need, On, Permission, needs};
pub use target::Kind;
