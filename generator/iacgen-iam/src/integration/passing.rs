//! Calls of SDK integrations that hand a role on: whoever calls needs `iam:PassRole` for it.
//!
//! Page: "Actions, resources, and condition keys" of each service, its dependent actions, and "Granting a user permissions to
//! pass a role to an AWS service" of the IAM user guide.

use super::needs::{Demand, Field, On, Permission, passed};

/// Returns the arguments that name roles, and who gets them.
fn arguments(service: &str, operation: &str) -> Option<(&'static [Field], &'static [&'static str])> {
    const ROLE: Field = &["Role"];
    const ROLE_ARN: Field = &["RoleArn"];
    const NOTICES: Field = &["NotificationChannel", "RoleArn"];
    const DATA: Field = &["DataAccessRoleArn"];
    let begins = |word: &str| operation.starts_with(word);
    Some(match (service, operation) {
        ("backup", "startBackupJob" | "startCopyJob" | "startRestoreJob") => {
            (&[&["IamRoleArn"]], &["backup.amazonaws.com"])
        }
        ("batch", "registerJobDefinition") => (
            &[&["ContainerProperties", "JobRoleArn"], &["ContainerProperties", "ExecutionRoleArn"]],
            &["ecs-tasks.amazonaws.com"],
        ),
        ("cloudformation", "createChangeSet" | "createStack" | "deleteStack" | "updateStack") => {
            (&[ROLE_ARN], &["cloudformation.amazonaws.com"])
        }
        ("codebuild", "createProject" | "updateProject") => {
            (&[&["ServiceRole"]], &["codebuild.amazonaws.com"])
        }
        ("comprehend", _) if begins("create") || begins("start") => (&[DATA], &["comprehend.amazonaws.com"]),
        ("ecs", "registerTaskDefinition") => {
            (&[&["TaskRoleArn"], &["ExecutionRoleArn"]], &["ecs-tasks.amazonaws.com"])
        }
        ("events", "putTargets") => (&[&["Targets", "*", "RoleArn"]], &["events.amazonaws.com"]),
        ("glue", "createCrawler" | "createJob" | "updateCrawler") => (&[ROLE], &["glue.amazonaws.com"]),
        ("glue", "updateJob") => (&[&["JobUpdate", "Role"]], &["glue.amazonaws.com"]),
        ("lambda", "createFunction" | "updateFunctionConfiguration") => (&[ROLE], &["lambda.amazonaws.com"]),
        ("personalize", _) if begins("create") => (&[ROLE_ARN], &["personalize.amazonaws.com"]),
        ("pipes", "createPipe" | "updatePipe") => (&[ROLE_ARN], &["pipes.amazonaws.com"]),
        ("rds", "startExportTask") => (&[&["IamRoleArn"]], &["export.rds.amazonaws.com"]),
        ("rekognition", _) if begins("start") => (&[NOTICES], &["rekognition.amazonaws.com"]),
        ("s3control", "createJob") => (&[ROLE_ARN], &["batchoperations.s3.amazonaws.com"]),
        ("scheduler", "createSchedule" | "updateSchedule") => {
            (&[&["Target", "RoleArn"]], &["scheduler.amazonaws.com"])
        }
        ("states", "createStateMachine" | "updateStateMachine") => (&[ROLE_ARN], &["states.amazonaws.com"]),
        ("textract", _) if begins("start") => (&[NOTICES], &["textract.amazonaws.com"]),
        ("transcribe", _) if begins("start") => {
            (&[DATA, &["JobExecutionSettings", "DataAccessRoleArn"]], &["transcribe.amazonaws.com"])
        }
        _ => return None,
    })
}

/// Returns what handing roles on needs, where a call of the SDK does.
pub(super) fn roles(service: &str, operation: &str) -> Option<Permission> {
    let (fields, services) = arguments(service, operation)?;
    Some(passed(fields, services, Demand::IfWritten))
}

/// Whether roles are handed on already.
pub(super) fn passes(permissions: &[Permission]) -> bool {
    permissions.iter().any(|permission| matches!(permission.on, On::PassedRoles { .. }))
}
