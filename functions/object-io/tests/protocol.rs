//! The store against a real S3 endpoint.

use loopback_s3::LoopbackS3;
use object_io::{Connection, Credentials, ObjectError, Store, sha256};

const BUCKET: &str = "objects";

#[tokio::test]
async fn objects_come_back_whole_and_in_ranges() {
    let s3 = LoopbackS3::start(&[BUCKET]).await.unwrap();
    let store = s3.store();
    let body: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let stored = store.write(BUCKET, "a folder/part (1)=x.bin", body.clone().into()).await.unwrap();
    assert_eq!((stored.bytes, stored.sha256.as_str()), (400_000, sha256(&body).as_str()));

    assert_eq!(store.read(BUCKET, "a folder/part (1)=x.bin").await.unwrap(), body);
    let range = store.read_range(BUCKET, "a folder/part (1)=x.bin", 8..16, None).await.unwrap();
    assert_eq!((&range.bytes[..], range.object_bytes), (&body[8..16], 400_000));
    let tail = store
        .read_range(BUCKET, "a folder/part (1)=x.bin", 399_996..500_000, Some(&range.etag))
        .await
        .unwrap();
    assert_eq!(&tail.bytes[..], &body[399_996..]);
}

#[tokio::test]
async fn an_object_that_changed_is_refused() {
    let s3 = LoopbackS3::start(&[BUCKET]).await.unwrap();
    let store = s3.store();
    store.write(BUCKET, "k", "one".into()).await.unwrap();
    let etag = store.read_range(BUCKET, "k", 0..1, None).await.unwrap().etag;
    store.write(BUCKET, "k", "two".into()).await.unwrap();
    let error = store.read_range(BUCKET, "k", 0..1, Some(&etag)).await.unwrap_err();
    assert!(matches!(error, ObjectError::Changed { .. }), "{error}");
}

#[tokio::test]
async fn listings_go_past_a_thousand_and_stay_in_the_folder() {
    let s3 = LoopbackS3::start(&[BUCKET]).await.unwrap();
    for folder in ["100MB", "100MB-other"] {
        std::fs::create_dir(s3.file(BUCKET, folder)).unwrap();
    }
    for index in 0..1_203 {
        std::fs::write(s3.file(BUCKET, &format!("100MB/part-{index}")), b"12").unwrap();
    }
    std::fs::write(s3.file(BUCKET, "100MB-other/part-0"), b"").unwrap();
    let listed = s3.store().list(BUCKET, "100MB").await.unwrap();
    assert_eq!(listed.len(), 1_203);
    assert!(listed.iter().all(|object| object.key.starts_with("100MB/") && object.bytes == 2));
    assert_eq!(s3.store().list(BUCKET, "nothing").await.unwrap(), []);
}

#[tokio::test]
async fn failures_are_told_apart() {
    let s3 = LoopbackS3::start(&[BUCKET]).await.unwrap();
    let error = s3.store().read(BUCKET, "absent").await.unwrap_err();
    assert_eq!(error.to_string(), "cannot read s3://objects/absent: it does not exist");

    let error = s3.store().list("no-such-bucket", "p").await.unwrap_err();
    assert!(matches!(error, ObjectError::NotFound { .. }), "{error}");

    let credentials =
        Credentials { secret_access_key: "wrong".to_owned(), ..s3.connection().credentials.clone() };
    let stranger = Store::new(Connection { credentials, ..s3.connection().clone() });
    let error = stranger.read(BUCKET, "absent").await.unwrap_err();
    assert!(matches!(error, ObjectError::Denied { .. }), "{error}");
    let read = "S3 refused to read s3://objects/absent, or it does not exist: ";
    assert!(error.to_string().starts_with(read), "{error}");
    let error = stranger.write(BUCKET, "k", "one".into()).await.unwrap_err();
    assert!(error.to_string().starts_with("S3 refused to write s3://objects/k: "), "{error}");

    let error = s3.store().read(BUCKET, "a//b").await.unwrap_err();
    assert!(matches!(error, ObjectError::Malformed { .. }), "{error}");

    std::fs::write(s3.file(BUCKET, "broken.json"), b"{").unwrap();
    let error = s3.store().read_json::<Vec<u32>>(BUCKET, "broken.json").await.unwrap_err();
    assert!(matches!(error, ObjectError::Malformed { .. }), "{error}");
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_unavailable() {
    // A port that was free a moment ago. The client's own retries take about a second.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let credentials = Credentials {
        access_key_id: "key".to_owned(),
        secret_access_key: "secret".to_owned(),
        session_token: None,
    };
    let endpoint = Some(format!("http://{address}"));
    let store = Store::new(Connection { region: "us-east-1".to_owned(), credentials, endpoint });
    let error = store.read(BUCKET, "k").await.unwrap_err();
    assert!(matches!(error, ObjectError::Unavailable { .. }), "{error}");
    assert!(error.to_string().starts_with("S3 could not read s3://objects/k: "), "{error}");
}
