//! Calls of HTTPS APIs.

use serde_json::{Value, json};

use super::{derived, may, permissions};
use crate::evaluate::Request;

fn endpoint(method: &str, url: &str) -> Request {
    Request::new("states:InvokeHTTPEndpoint", "arn:aws:states:r:1:stateMachine:Own-x")
        .with("states:HTTPMethod", method)
        .with("states:HTTPEndpoint", url)
}

#[test]
fn an_endpoint_is_called_with_its_method_its_connection_and_the_secret_of_that() {
    let connection = "arn:aws:events:r:1:connection/stripe/81210c42-8af1-456b-9c4a-6ff02fc664ac";
    let call = json!({
        "ApiEndpoint": "https://api.stripe.com/v1/customers", "Method": "GET",
        "Authentication": { "ConnectionArn": connection },
    });
    let permissions = permissions("http:invoke", &call, &[]);
    let allows = |method, url| permissions.check(&endpoint(method, url)).is_ok();
    assert!(allows("GET", "https://api.stripe.com/v1/customers"));
    assert!(!allows("POST", "https://api.stripe.com/v1/customers"));
    assert!(!allows("GET", "https://api.stripe.com/v1/customers/1"));
    assert!(!allows("GET", "https://api.example.com/v1/customers"));
    let other = Request::new("states:InvokeHTTPEndpoint", "arn:aws:states:r:1:stateMachine:Other")
        .with("states:HTTPMethod", "GET")
        .with("states:HTTPEndpoint", "https://api.stripe.com/v1/customers");
    assert!(permissions.check(&other).is_err());
    assert!(may(&permissions, "events:RetrieveConnectionCredentials", connection));
    assert!(!may(
        &permissions,
        "events:RetrieveConnectionCredentials",
        "arn:aws:events:r:1:connection/other/1"
    ));
    for (secret, expected) in [("stripe/2f54acf8-owp1Jv", true), ("stripes/1-a", false), ("other/1-a", false)]
    {
        let secret = format!("arn:aws:secretsmanager:r:1:secret:events!connection/{secret}");
        assert_eq!(may(&permissions, "secretsmanager:GetSecretValue", &secret), expected, "{secret}");
        assert_eq!(may(&permissions, "secretsmanager:DescribeSecret", &secret), expected, "{secret}");
    }
}

#[test]
fn an_endpoint_that_comes_later_is_stated_as_a_pattern() {
    let call = json!({
        "ApiEndpoint.$": "$.url", "Method.$": "$.method", "InvocationConfig": { "ConnectionArn.$": "$.connection" },
    });
    let missing = |stated: &[&str]| derived("http:invoke", &call, stated).unwrap_err().to_string();
    assert_eq!(
        missing(&[]),
        "what `http:invoke` touches does not follow from `ApiEndpoint`; name it in `resources` as \
         `https://api.example.com/v1/*`, for `states:InvokeHTTPEndpoint`"
    );
    let url = "https://*.example.com/v1/*";
    assert!(missing(&[url]).contains("`InvocationConfig.ConnectionArn`"));
    assert!(missing(&["https://*"]).contains("`ApiEndpoint`"));
    let permissions = permissions("http:invoke", &call, &[url, "arn:aws:events:r:1:connection/x/*"]);
    assert!(permissions.check(&endpoint("PUT", "https://a.example.com/v1/a")).is_ok());
    assert!(permissions.check(&endpoint("PUT", "https://a.example.com/v2/a")).is_err());
    assert!(may(
        &permissions,
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:r:1:secret:events!connection/x/1-abcdef"
    ));
    // A text that begins with the whole host says enough by itself.
    let begins = json!({
        "ApiEndpoint.$": "States.Format('https://api.example.com/{}', $.id)", "Method": "GET",
        "Authentication": { "ConnectionArn": "arn:aws:events:r:1:connection/x/1" },
    });
    let permissions = super::permissions("http:invoke", &begins, &[]);
    assert!(permissions.check(&endpoint("GET", "https://api.example.com/7")).is_ok());
    assert!(permissions.check(&endpoint("GET", "https://api.example.org/7")).is_err());
    let no_host =
        json!({ "ApiEndpoint.$": "States.Format('https://{}.example.com/a', $.id)", "Method": "GET" });
    assert!(derived("http:invoke", &no_host, &[]).is_err());
}

#[test]
fn a_method_of_an_api_is_invoked_where_the_machine_signs() {
    let call = |more: Value| {
        let mut call = json!({
            "ApiEndpoint": "abc123.execute-api.r.amazonaws.com", "Method": "GET", "Stage": "prod", "Path": "/bills",
            "AuthType": "IAM_ROLE",
        });
        let fields = call.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        fields.retain(|_, value| !value.is_null());
        call
    };
    for (more, allowed, denied) in [
        (json!({}), "abc123/prod/GET/bills", "abc123/prod/POST/bills"),
        (json!({}), "abc123/prod/GET/bills", "abc123/prod/GET/bills/1"),
        (json!({ "Stage": null }), "abc123/$default/GET/bills", "abc123/prod/GET/bills"),
        (json!({ "Path": null }), "abc123/prod/GET/", "abc123/prod/GET/bills"),
        (
            json!({ "Path": null, "Path.$": "States.Format('bills/{}', $.x)" }),
            "abc123/prod/GET/bills/1",
            "abc123/prod/GET/x",
        ),
        (json!({ "Method": "{% $m %}" }), "abc123/prod/PUT/bills", "abc124/prod/PUT/bills"),
    ] {
        let permissions = permissions("apigateway:invoke", &call(more.clone()), &[]);
        let arn = |method: &str| format!("arn:aws:execute-api:r:1:{method}");
        assert!(may(&permissions, "execute-api:Invoke", &arn(allowed)), "{more}: {allowed}");
        assert!(!may(&permissions, "execute-api:Invoke", &arn(denied)), "{more}: {denied}");
    }
    for kind in [
        json!({ "AuthType": "NO_AUTH" }),
        json!({ "AuthType": "RESOURCE_POLICY" }),
        json!({ "AuthType": null }),
    ] {
        assert_eq!(derived("apigateway:invoke", &call(kind), &[]), Ok(Vec::new()));
    }
    let later = call(json!({ "ApiEndpoint": "{% $host %}" }));
    assert!(derived("apigateway:invoke", &later, &[]).is_err());
    let stated = permissions("apigateway:invoke", &later, &["arn:aws:execute-api:r:1:abc123/*"]);
    assert!(may(&stated, "execute-api:Invoke", "arn:aws:execute-api:r:1:abc123/prod/GET/x"));
}
