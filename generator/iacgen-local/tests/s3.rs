//! The local S3 through a client that knows nothing of it.

#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "fixture/folder.rs"]
mod folder;

use std::io::Write;

use bytes::Bytes;
use folder::{Folder, folder};
use futures::TryStreamExt;
use iacgen_iam::evaluate::Permissions;
use iacgen_local::interpreter::{ObjectError, Objects};
use iacgen_local::s3::{Access, BucketMapping, Buckets, LocalS3, RoleAccess, S3Credentials};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, AttributeValue, Attributes, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    WriteMultipart,
};
use sha2::{Digest, Sha256};

struct Bench {
    folder: Folder,
    buckets: Buckets,
    s3: LocalS3,
}

impl Bench {
    async fn new() -> Self {
        let folder = folder();
        let buckets = Buckets::open(&folder.path.join("s3")).unwrap();
        buckets.create("results").unwrap();
        let s3 =
            LocalS3::start(buckets.clone(), &[credentials("ASIAKEY", Access::Unrestricted)]).await.unwrap();
        Self { folder, buckets, s3 }
    }

    fn client(&self, bucket: &str) -> AmazonS3 {
        self.builder(bucket).build().unwrap()
    }

    fn builder(&self, bucket: &str) -> AmazonS3Builder {
        // Only the first of the tests' threads installs it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        AmazonS3Builder::new()
            .with_endpoint(self.s3.endpoint())
            .with_allow_http(true)
            .with_region("eu-west-1")
            .with_bucket_name(bucket)
            .with_access_key_id("ASIAKEY")
            .with_secret_access_key("secret")
            .with_token("session")
            .with_retry(object_store::RetryConfig { max_retries: 0, ..Default::default() })
    }
}

fn credentials(access_key_id: &str, access: Access) -> S3Credentials {
    S3Credentials { access_key_id: access_key_id.to_owned(), secret_access_key: "secret".to_owned(), access }
}

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

#[tokio::test]
async fn an_object_comes_back_whole_and_in_ranges() {
    let bench = Bench::new().await;
    let client = bench.client("results");
    let put = client.put(&path("runs/a/shard.bin"), Bytes::from_static(b"0123456789").into()).await.unwrap();
    let head = client.head(&path("runs/a/shard.bin")).await.unwrap();
    assert_eq!(head.size, 10);
    assert_eq!(head.e_tag, put.e_tag);
    assert_eq!(head.e_tag.as_deref(), Some("\"781e5e245d69b566979b86e28d23f2c7\""), "the MD5, as on AWS");
    let whole = client.get(&path("runs/a/shard.bin")).await.unwrap().bytes().await.unwrap();
    assert_eq!(&whole[..], b"0123456789");
    assert_eq!(&client.get_range(&path("runs/a/shard.bin"), 2..5).await.unwrap()[..], b"234");
    let suffix = GetOptions { range: Some(object_store::GetRange::Suffix(3)), ..GetOptions::default() };
    assert_eq!(
        &client.get_opts(&path("runs/a/shard.bin"), suffix).await.unwrap().bytes().await.unwrap()[..],
        b"789"
    );
    let from = GetOptions { range: Some(object_store::GetRange::Offset(8)), ..GetOptions::default() };
    assert_eq!(
        &client.get_opts(&path("runs/a/shard.bin"), from).await.unwrap().bytes().await.unwrap()[..],
        b"89"
    );
    client.delete(&path("runs/a/shard.bin")).await.unwrap();
    assert!(matches!(
        client.head(&path("runs/a/shard.bin")).await,
        Err(object_store::Error::NotFound { .. })
    ));
    assert!(
        matches!(client.get(&path("runs/a")).await, Err(object_store::Error::NotFound { .. })),
        "a folder is no object"
    );
}

#[tokio::test]
async fn conditional_puts_have_one_winner() {
    let bench = Bench::new().await;
    let client = bench.client("results");
    let puts = (0..16).map(|n| {
        let client = client.clone();
        async move {
            let create = PutOptions::from(PutMode::Create);
            client.put_opts(&path("once"), format!("{n}").into(), create).await
        }
    });
    let results = futures::future::join_all(puts).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(matches!(result, object_store::Error::AlreadyExists { .. }), "{result}");
    }
    let first = client.get(&path("once")).await.unwrap();
    let version = object_store::UpdateVersion { e_tag: first.meta.e_tag.clone(), version: None };
    client.put_opts(&path("once"), "new".into(), PutMode::Update(version.clone()).into()).await.unwrap();
    let stale = client.put_opts(&path("once"), "old".into(), PutMode::Update(version).into()).await;
    assert!(matches!(stale, Err(object_store::Error::Precondition { .. })), "{stale:?}");
    let unchanged = GetOptions { if_none_match: first.meta.e_tag, ..GetOptions::default() };
    assert_eq!(client.get_opts(&path("once"), unchanged).await.unwrap().bytes().await.unwrap(), "new");
}

#[tokio::test]
async fn an_unchanged_object_is_not_sent_again() {
    let bench = Bench::new().await;
    let client = bench.client("results");
    let put = client.put(&path("a"), "x".into()).await.unwrap();
    let options = GetOptions { if_none_match: put.e_tag, ..GetOptions::default() };
    let answer = client.get_opts(&path("a"), options).await;
    assert!(matches!(answer, Err(object_store::Error::NotModified { .. })));
}

#[tokio::test]
async fn listings_are_sorted_and_paged() {
    let bench = Bench::new().await;
    let client = bench.client("results");
    // More than one page of 1,000, written to the folder behind the server's back.
    let root = bench.buckets.folder("results").unwrap();
    let mut expected: Vec<String> = (0..1_203).map(|n| format!("runs/r{}/shard-{n}.json", n % 7)).collect();
    for key in expected.iter().map(String::as_str).chain(["runs-old/x", "other"]) {
        let file = root.join(key);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, key).unwrap();
    }
    expected.sort();
    let listed: Vec<_> = client.list(Some(&path("runs"))).try_collect().await.unwrap();
    let keys: Vec<_> = listed.iter().map(|object| object.location.to_string()).collect();
    assert_eq!(keys, expected);
    assert!(listed.iter().all(|object| object.e_tag.is_some() && object.size > 0));
    let after = client
        .list_with_offset(Some(&path("runs")), &path(&expected[1_199]))
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    assert_eq!(after.len(), 3);
    let grouped = client.list_with_delimiter(None).await.unwrap();
    let prefixes: Vec<_> = grouped.common_prefixes.iter().map(ToString::to_string).collect();
    assert_eq!(prefixes, ["runs", "runs-old"]);
    assert_eq!(grouped.objects.len(), 1);
}

#[tokio::test]
async fn a_multipart_upload_is_one_object() {
    let bench = Bench::new().await;
    let client = bench.client("results");
    let upload = client.put_multipart(&path("big")).await.unwrap();
    let mut writer = WriteMultipart::new_with_chunk_size(upload, 5 << 20);
    let block: Vec<u8> = (0..1 << 20).map(|n: u32| n.to_le_bytes()[n as usize % 4]).collect();
    let mut digest = Sha256::new();
    for _ in 0..12 {
        writer.write(&block);
        digest.update(&block);
    }
    let put = writer.finish().await.unwrap();
    let got = client.get(&path("big")).await.unwrap();
    assert_eq!(got.meta.size, 12 << 20);
    assert_eq!(got.meta.e_tag, put.e_tag);
    assert_eq!(Sha256::digest(got.bytes().await.unwrap()), digest.finalize());
    // Nothing of the upload is left beside the buckets or in them.
    let keys: Vec<_> = client.list(None).try_collect().await.unwrap();
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn metadata_is_kept() {
    let bench = Bench::new().await;
    let client = bench.client("results");
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, AttributeValue::from("application/json"));
    attributes.insert(Attribute::Metadata("run".into()), AttributeValue::from("r1"));
    client
        .put_opts(
            &path("a"),
            "{}".into(),
            PutOptions { attributes: attributes.clone(), ..PutOptions::default() },
        )
        .await
        .unwrap();
    assert_eq!(client.get(&path("a")).await.unwrap().attributes, attributes);
}

#[tokio::test]
async fn a_folder_is_served_as_a_bucket_and_large_objects_are_streamed() {
    let bench = Bench::new().await;
    let data = bench.folder.path.join("generated");
    std::fs::create_dir_all(data.join("25MB")).unwrap();
    let mut file = std::fs::File::create(data.join("25MB/p1.safetensors")).unwrap();
    let block: Vec<u8> = (0..1 << 20).map(|n: u32| n.to_le_bytes()[0]).collect();
    let mut digest = Sha256::new();
    for _ in 0..128 {
        file.write_all(&block).unwrap();
        digest.update(&block);
    }
    drop(file);
    bench.buckets.map(&BucketMapping { bucket: "data".to_owned(), folder: data.clone() }).unwrap();
    let client = bench.client("data");
    let before = peak_kb();
    let got = client.get(&path("25MB/p1.safetensors")).await.unwrap();
    let mut stream = got.into_stream();
    let mut streamed = Sha256::new();
    while let Some(chunk) = stream.try_next().await.unwrap() {
        streamed.update(&chunk);
    }
    assert_eq!(streamed.finalize(), digest.finalize());
    assert!(peak_kb() - before < 64 << 10, "128 MB took {} kB more", peak_kb() - before);
    assert_eq!(
        &client.get_range(&path("25MB/p1.safetensors"), 1_048_577..1_048_580).await.unwrap()[..],
        [1, 2, 3]
    );
    // A changed file is another object.
    let old = client.head(&path("25MB/p1.safetensors")).await.unwrap().e_tag;
    std::fs::write(data.join("25MB/p1.safetensors"), "short").unwrap();
    assert_ne!(client.head(&path("25MB/p1.safetensors")).await.unwrap().e_tag, old);
    assert!(data.read_dir_utf8().unwrap().count() == 1, "nothing was added to the folder");
}

/// This process's high-water mark: the server runs in it.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn who_has_no_key_or_the_wrong_one_is_refused() {
    let bench = Bench::new().await;
    let wrong = bench.builder("results").with_secret_access_key("wrong").build().unwrap();
    let stranger = bench.builder("results").with_access_key_id("ASIASTRANGER").build().unwrap();
    let anonymous = bench.builder("results").with_skip_signature(true).build().unwrap();
    for client in [wrong, stranger, anonymous] {
        let answer = client.get(&path("a")).await;
        assert!(
            matches!(
                answer,
                Err(object_store::Error::PermissionDenied { .. }
                    | object_store::Error::Unauthenticated { .. })
            ),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn missing_buckets_and_impossible_keys_are_named() {
    let bench = Bench::new().await;
    let answer = bench.client("nowhere").get(&path("a")).await.unwrap_err().to_string();
    assert!(answer.contains("NoSuchBucket"), "{answer}");
    let long = format!("{}/{}", "k".repeat(250), "k".repeat(250));
    let client = bench.client("results");
    client.put(&path(&long), "x".into()).await.unwrap();
    assert_eq!(client.get(&path(&long)).await.unwrap().bytes().await.unwrap(), "x");
    let answer = client.put(&path(&"k".repeat(256)), "x".into()).await.unwrap_err().to_string();
    assert!(answer.contains("keeps objects as files"), "{answer}");
}

#[tokio::test]
async fn attributes_outlive_the_server_and_end_with_the_file() {
    let bench = Bench::new().await;
    let put = bench.client("results").put(&path("a"), "x".into()).await.unwrap();
    let owner = credentials("ASIAKEY", Access::Unrestricted);
    let again = LocalS3::start(bench.buckets.clone(), &[owner]).await.unwrap();
    let client = bench.builder("results").with_endpoint(again.endpoint()).build().unwrap();
    assert_eq!(client.head(&path("a")).await.unwrap().e_tag, put.e_tag);
    std::fs::write(bench.buckets.folder("results").unwrap().join("a"), "y").unwrap();
    assert_ne!(client.head(&path("a")).await.unwrap().e_tag, put.e_tag);
}

#[tokio::test]
async fn an_object_is_copied_with_its_metadata() {
    let bench = Bench::new().await;
    let client = bench.client("results");
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, AttributeValue::from("application/json"));
    let options = PutOptions { attributes: attributes.clone(), ..PutOptions::default() };
    client.put_opts(&path("a"), "{}".into(), options).await.unwrap();
    client.copy(&path("a"), &path("deep/b")).await.unwrap();
    let copied = client.get(&path("deep/b")).await.unwrap();
    assert_eq!(copied.attributes, attributes);
    assert_eq!(copied.bytes().await.unwrap(), "{}");
    // The folder goes with its last object: then `deep` can be an object.
    client.delete(&path("deep/b")).await.unwrap();
    client.put(&path("deep"), "x".into()).await.unwrap();
}

#[tokio::test]
async fn the_interpreter_sees_the_same_objects() {
    let bench = Bench::new().await;
    let objects = bench.s3.objects(Access::Unrestricted);
    objects.put("results", "runs/manifest.json", b"[1]".to_vec()).await.unwrap();
    let client = bench.client("results");
    let seen = client.get(&path("runs/manifest.json")).await.unwrap();
    let etag = seen.meta.e_tag.clone();
    assert_eq!(seen.bytes().await.unwrap(), "[1]");
    client.put(&path("runs/items.jsonl"), "{}\n".into()).await.unwrap();
    let listed = objects.list("results", "runs/").await.unwrap();
    assert_eq!(
        listed.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(),
        ["runs/items.jsonl", "runs/manifest.json"]
    );
    assert_eq!(Some(listed[1].etag.clone()), etag);
    assert_eq!(objects.get("results", "runs/items.jsonl").await.unwrap(), b"{}\n");
    assert!(matches!(objects.get("results", "runs/no").await, Err(ObjectError::NotFound { .. })));
    assert!(matches!(objects.get("nowhere", "runs/no").await, Err(ObjectError::Failed { .. })));
}

fn permissions(statement: &serde_json::Value) -> Permissions {
    let mut permissions = Permissions::default();
    permissions.add_document(&serde_json::json!({ "Statement": statement }));
    permissions
}

fn role(permissions: Permissions) -> RoleAccess {
    RoleAccess {
        caller: "arn:aws:sts::123456789012:assumed-role/R/F".to_owned(),
        partition: iacgen_aws_types::Partition::Aws,
        permissions: std::sync::Arc::new(permissions),
    }
}

#[track_caller]
fn denied<T: std::fmt::Debug>(answer: Result<T, ObjectError>, action: &str) {
    let error = answer.unwrap_err().to_string();
    assert!(error.contains(&format!("is not authorized to perform: {action} on resource")), "{error}");
}

#[tokio::test]
async fn the_interpreter_is_held_to_a_role() {
    let bench = Bench::new().await;
    let owner = bench.s3.objects(Access::Unrestricted);
    owner.put("results", "runs/items.jsonl", b"{}\n".to_vec()).await.unwrap();
    owner.put("results", "other/items.jsonl", b"{}\n".to_vec()).await.unwrap();
    let may = |action: &str, resource: &str| {
        let statement = serde_json::json!({ "Effect": "Allow", "Action": action, "Resource": resource });
        bench.s3.objects(Access::Role(role(permissions(&statement))))
    };
    let reader = may("s3:GetObject", "arn:aws:s3:::results/runs/*");
    assert_eq!(reader.get("results", "runs/items.jsonl").await.unwrap(), b"{}\n");
    denied(reader.get("results", "other/items.jsonl").await, "s3:GetObject");
    // It is not told that an object is missing, because it may not list.
    denied(reader.get("results", "runs/no").await, "s3:ListBucket");
    denied(reader.put("results", "runs/map/manifest.json", Vec::new()).await, "s3:PutObject");
    denied(reader.list("results", "runs/").await, "s3:ListBucket");

    let writer = may("s3:PutObject", "arn:aws:s3:::results/runs/*");
    writer.put("results", "runs/map/manifest.json", Vec::new()).await.unwrap();
    denied(writer.put("results", "map/manifest.json", Vec::new()).await, "s3:PutObject");
    let lister = may("s3:ListBucket", "arn:aws:s3:::results");
    assert_eq!(lister.list("results", "runs/").await.unwrap().len(), 2);
}

/// What a role of one permission may do: a single put, one in parts, an abort, a listing, a read, a copy, a deletion.
async fn possible(action: &str, resource: &str) -> Vec<&'static str> {
    let bench = Bench::new().await;
    let owner = bench.client("results");
    owner.put(&path("runs/there"), "x".into()).await.unwrap();
    let permissions = permissions(&serde_json::json!({
        "Effect": "Allow", "Action": action, "Resource": resource
    }));
    let role = role(permissions);
    let held =
        LocalS3::start(bench.buckets.clone(), &[credentials("ASIAROLE", Access::Role(role))]).await.unwrap();
    let builder = bench.builder("results").with_endpoint(held.endpoint());
    let client = builder.with_access_key_id("ASIAROLE").build().unwrap();
    let there = path("runs/there");
    let mut can = Vec::new();
    let mut note = |name, result: Result<(), object_store::Error>| match result {
        Ok(()) => can.push(name),
        Err(object_store::Error::PermissionDenied { .. }) => {}
        // The client does not look at the code of a listing.
        Err(error) if error.to_string().contains("<Code>AccessDenied</Code>") => {}
        Err(other) => panic!("{name}: {other}"),
    };
    note("put", client.put(&path("runs/new"), "x".into()).await.map(drop));
    match client.put_multipart(&path("runs/parts")).await {
        Ok(mut upload) => {
            upload.put_part("x".into()).await.unwrap();
            note("put in parts", upload.complete().await.map(drop));
            let mut upload = client.put_multipart(&path("runs/aborted")).await.unwrap();
            note("abort", upload.abort().await);
        }
        Err(error) => note("put in parts", Err(error)),
    }
    note("list", client.list_with_delimiter(Some(&path("runs"))).await.map(drop));
    note("get", client.get(&there).await.map(drop));
    note("head", client.head(&there).await.map(drop));
    note("copy", client.copy(&there, &path("runs/copy")).await);
    note("delete", client.delete(&there).await);
    can
}

#[tokio::test]
async fn a_role_may_do_what_its_permission_is_for() {
    let objects = "arn:aws:s3:::results/runs/*";
    assert_eq!(possible("s3:GetObject", objects).await, ["get", "head"]);
    assert_eq!(possible("s3:PutObject", objects).await, ["put", "put in parts"]);
    assert_eq!(possible("s3:DeleteObject", objects).await, ["delete"]);
    assert_eq!(possible("s3:ListBucket", "arn:aws:s3:::results").await, ["list"]);
    assert_eq!(possible("s3:ListBucket", objects).await, [""; 0]);
    assert_eq!(possible("s3:GetObject", "arn:aws:s3:::other/*").await, [""; 0]);
    assert_eq!(
        possible("s3:*", "arn:aws:s3:::results*").await,
        ["put", "put in parts", "abort", "list", "get", "head", "copy", "delete"]
    );
}
