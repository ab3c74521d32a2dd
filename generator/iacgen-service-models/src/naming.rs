//! The names of members, as Step Functions has them.

/// Whose names are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// Those of SDK integrations: the names of the SDK for Java with a capital first letter. `DBInstanceIdentifier` of
    /// the API is `DbInstanceIdentifier`. Page: "Learning to use AWS service SDK integrations in Step Functions".
    Sdk,
    /// Those of optimized integrations: the API's, with a capital first letter.
    Optimized,
}

/// Members whose names the SDK for Java has set by hand, in its `customization.config`.
const SET_BY_HAND: [(&str, &str); 1] = [("NULL", "Nul")];

/// Words that cannot be names in Java; the SDK puts `Value` behind them.
const JAVA_WORDS: [&str; 64] = [
    "abstract",
    "assert",
    "boolean",
    "break",
    "builder",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "equals",
    "extends",
    "false",
    "final",
    "finalize",
    "finally",
    "float",
    "for",
    "getClass",
    "goto",
    "hashCode",
    "if",
    "implements",
    "import",
    "instanceof",
    "int",
    "interface",
    "long",
    "native",
    "new",
    "notify",
    "notifyAll",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "sdkFields",
    "short",
    "static",
    "strictfp",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "toBuilder",
    "toString",
    "transient",
    "true",
    "try",
    "void",
    "volatile",
    "wait",
    "while",
];

impl Naming {
    /// Returns what a member of an API is called.
    pub(crate) fn name(self, api: &str) -> String {
        match self {
            Self::Sdk => {
                if let Some((_, name)) = SET_BY_HAND.iter().find(|(member, _)| *member == api) {
                    return (*name).to_owned();
                }
                let method = uncapitalized(api);
                let taken = JAVA_WORDS.contains(&method.as_str());
                capitalized(&if taken { format!("{method}Value") } else { method })
            }
            Self::Optimized => capitalized(api),
        }
    }

    /// Tells whether a name may be that of a member. What is not certain to be refused may be: the case of letters inside
    /// a name, words of capitals, and in optimized integrations the names of the API as they are, inside of arguments (page "Passing parameters to a service API in Step Functions": `"RetryStrategy": {"attempts": 5}`).
    pub(crate) fn takes(self, sent: &str, api: &str, is_inside: bool) -> bool {
        let name = self.name(api);
        if sent == name {
            return true;
        }
        let same = |name: &str| sent.eq_ignore_ascii_case(name);
        match self {
            Self::Sdk => {
                let begins_alike = sent.get(..2) == name.get(..2);
                let is_word = api.bytes().all(|byte| byte.is_ascii_uppercase());
                let is_reserved = !name.eq_ignore_ascii_case(api);
                (same(&name) && begins_alike)
                    || (is_word && sent == api)
                    || (is_reserved && sent == capitalized(api))
            }
            Self::Optimized => sent == Self::Sdk.name(api) || (is_inside && sent == api),
        }
    }
}

/// Makes the small first letters of a method's name, as the SDK for Java does: all capitals at the beginning but the one
/// that begins a word.
fn uncapitalized(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let begins_word = |at: usize| characters.get(at + 1).is_some_and(char::is_ascii_lowercase);
    let more = (1..characters.len())
        .take_while(|at| characters[*at].is_ascii_uppercase() && !begins_word(*at))
        .count();
    let small = |(at, character): (usize, &char)| {
        if at <= more { character.to_ascii_lowercase() } else { *character }
    };
    characters.iter().enumerate().map(small).collect()
}

fn capitalized(name: &str) -> String {
    let (first, rest) = name.split_at_checked(1).unwrap_or((name, ""));
    format!("{}{rest}", first.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_called_as_in_java() {
        for (api, sdk) in [
            ("TableName", "TableName"),
            ("jobName", "JobName"),
            // As others have measured it at AWS.
            ("DBInstanceIdentifier", "DbInstanceIdentifier"),
            ("DBInstances", "DbInstances"),
            ("SSEKMSKeyId", "SsekmsKeyId"),
            ("ETag", "ETag"),
            ("MD5OfMessageBody", "Md5OfMessageBody"),
            ("S", "S"),
            ("NS", "Ns"),
            ("BOOL", "Bool"),
            ("NULL", "Nul"),
            ("default", "DefaultValue"),
        ] {
            assert_eq!(Naming::Sdk.name(api), sdk);
            assert!(Naming::Sdk.takes(sdk, api, false));
        }
        assert_eq!(Naming::Optimized.name("MD5OfMessageBody"), "MD5OfMessageBody");
    }

    #[test]
    fn what_is_certainly_refused_is_not_taken() {
        for (sent, api, takes) in [
            ("DBInstanceIdentifier", "DBInstanceIdentifier", false),
            ("jobName", "jobName", false),
            ("tableName", "TableName", false),
            ("BOOL", "BOOL", true),
            ("Default", "default", true),
            ("ContentMd5", "ContentMD5", true),
            ("TableNam", "TableName", false),
        ] {
            assert_eq!(Naming::Sdk.takes(sent, api, true), takes, "{sent}");
        }
        for (sent, api, inside, takes) in [
            ("attempts", "attempts", true, true),
            ("Attempts", "attempts", true, true),
            ("jobName", "jobName", false, false),
            ("tableName", "TableName", false, false),
            ("s", "S", true, false),
            ("BOOL", "BOOL", true, true),
            ("Bool", "BOOL", true, true),
            ("TopicArn", "TopicArn", false, true),
            ("TopicARN", "TopicArn", false, false),
        ] {
            assert_eq!(Naming::Optimized.takes(sent, api, inside), takes, "{sent}");
        }
    }
}
