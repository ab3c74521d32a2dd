//! What the service integrations of Step Functions need to be allowed.
//!
//! A Task's `Resource` names an integration, `arn:aws:states:::dynamodb:putItem`; [`IntegrationName`] is the text after
//! the three colons. [`needs`] tells which IAM actions stand behind it and which arguments name what they touch;
//! [`statements`] asks for those arguments and makes the statements of the machine's role.
//!
//! Pages: "Integrating optimized services with Step Functions", "Discover service integration patterns in Step
//! Functions", "How Step Functions generates IAM policies for integrated services".

mod arguments;
mod derive;
mod find;
mod jobs;
mod name;
mod needs;
mod optimized;
mod sdk;
mod target;
#[cfg(test)]
mod tests;

pub use arguments::{Argument, Arguments, AslArguments};
pub use derive::{Underivable, statements};
pub use name::{IntegrationError, IntegrationName, Pattern, TaskResource};
pub use needs::{Field, Need, On, Permission, needs};
pub use target::Kind;
