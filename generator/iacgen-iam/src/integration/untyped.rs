//! The actions that no policy can limit to a resource.

use crate::Action;

const ACTIONS: &str = include_str!("untyped_actions.txt");

/// Tells whether an action takes no resource, so that `*` is the only one that allows it. An action that is newer than the
/// list is taken to have one.
pub(super) fn takes_no_resource(action: &Action) -> bool {
    let Some((service, name)) = action.as_str().split_once(':') else {
        return false;
    };
    let of_service = ACTIONS.lines().find_map(|line| line.strip_prefix(service)?.strip_prefix(' '));
    of_service.is_some_and(|names| names.split(' ').any(|known| known == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_found_by_service_and_whole_name() {
        for (action, expected) in [
            ("rekognition:DetectFaces", true),
            ("rekognition:SearchFacesByImage", false),
            ("batch:DescribeJobs", true),
            ("elasticmapreduce:RunJobFlow", true),
            ("s3:GetObject", false),
            ("ec2:DescribeSubnets", true),
            ("ec2:DescribeSubnet", false),
            ("nothing:Here", false),
        ] {
            assert_eq!(takes_no_resource(&Action::parse(action).unwrap()), expected, "{action}");
        }
    }

    #[test]
    fn services_are_sorted_and_once() {
        let services: Vec<&str> = ACTIONS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '))
            .map(|(service, _)| service)
            .collect();
        assert!(services.len() > 200);
        assert!(services.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
