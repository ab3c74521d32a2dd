//! The handler against a real S3 endpoint, with a model that is a few lines of arithmetic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::time::Instant;

use contract::{
    Deployment, ErrorType, Failure, InferEvent, PartitionObject, Run, RunId, RunPrefix, Shard, ShardRecord,
};
use infer::{BatchContract, InferError, State, handle};
use lambda_entry::Invocation;
use loopback_s3::LoopbackS3;
use object_io::sha256;
use run_results::Predictions;
use safetensors::tensor::{Dtype, TensorView};

const DATA: &str = "data";
const RESULTS: &str = "results";
const IMAGE: usize = 5 * 32 * 32;

/// A partition's tensors: name, element type, shape, bytes.
type Tensors = BTreeMap<&'static str, (Dtype, Vec<usize>, Vec<u8>)>;

fn contract() -> BatchContract {
    let text = r#"{"inputs": {"image": "f32[n,5,32,32]", "magnitude": "f32[n,5]"},
        "outputs": {"redshift": "f32[n,1]"}, "labels": {"id": "i64[n]", "z_true": "f32[n,1]"}}"#;
    BatchContract::new(serde_json::from_str(text).unwrap()).unwrap()
}

/// Row `first + r` has the pixel value `first + r` throughout and magnitudes of a tenth of it.
fn partition(first: u16, rows: u16) -> Tensors {
    let values = || (first..first + rows).map(f32::from);
    let repeated = |times: usize, scale: f32| -> Vec<u8> {
        values()
            .flat_map(|value| std::iter::repeat_n(value * scale, times))
            .flat_map(f32::to_le_bytes)
            .collect()
    };
    let n = usize::from(rows);
    BTreeMap::from([
        ("image", (Dtype::F32, vec![n, 5, 32, 32], repeated(IMAGE, 1.0))),
        ("magnitude", (Dtype::F32, vec![n, 5], repeated(5, 0.1))),
        ("z_true", (Dtype::F32, vec![n, 1], repeated(1, 0.5))),
        (
            "id",
            (Dtype::I64, vec![n], (first..first + rows).flat_map(|id| i64::from(id).to_le_bytes()).collect()),
        ),
    ])
}

fn encode(tensors: &Tensors) -> Vec<u8> {
    let views = tensors
        .iter()
        .map(|(name, (dtype, shape, bytes))| (*name, TensorView::new(*dtype, shape.clone(), bytes).unwrap()));
    safetensors::serialize(views, None).unwrap()
}

/// The model: the mean pixel and a hundredth of the second magnitude. It wants at most 64 rows at once.
#[expect(clippy::unnecessary_wraps, reason = "the form of a model")]
fn model(rows: usize, inputs: &[&[f32]]) -> Result<Vec<Vec<f32>>, onnx_session::ModelError> {
    assert!((1..=64).contains(&rows), "{rows}");
    assert_eq!((inputs[0].len(), inputs[1].len()), (rows * IMAGE, rows * 5));
    let mean = |image: &[f32]| image.iter().sum::<f32>() / 5_120.0;
    let redshift =
        inputs[0].chunks(IMAGE).zip(inputs[1].chunks(5)).map(|(image, m)| mean(image) + m[1] / 100.0);
    Ok(vec![redshift.collect()])
}

struct Bench {
    s3: LoopbackS3,
    event: InferEvent,
}

impl Bench {
    /// Stores partitions, and makes an event whose shard is all of them.
    async fn new(partitions: &[Vec<u8>]) -> Self {
        let s3 = LoopbackS3::start(&[DATA, RESULTS]).await.unwrap();
        let mut objects = Vec::new();
        for (index, bytes) in partitions.iter().enumerate() {
            let key = format!("25MB/part-{index}.safetensors");
            s3.store().write(DATA, &key, bytes.clone().into()).await.unwrap();
            objects.push(PartitionObject { key, bytes: bytes.len() as u64 });
        }
        let bytes = objects.iter().map(|object| object.bytes).sum();
        let id = RunId::new("run-1").unwrap();
        let run = Run {
            prefix: RunPrefix::new("tests", &id).unwrap(),
            id,
            data_bucket: DATA.to_owned(),
            results_bucket: RESULTS.to_owned(),
            batch_size: 512,
            shards: 8,
            objects: 8,
            bytes,
            started_at: "2026-11-24T00:00:00Z".parse().unwrap(),
        };
        Self { s3, event: InferEvent { run, shard: Shard { index: 7, objects, bytes } } }
    }

    async fn infer(&self) -> Result<ShardRecord, InferError> {
        let deployment = Deployment { data_bucket: DATA.to_owned(), results_bucket: RESULTS.to_owned() };
        let invocation = Invocation {
            event: self.event.clone(),
            request_id: "request".to_owned(),
            function_version: "3".to_owned(),
            memory_mb: 1_769,
            arrived: Instant::now(),
            init: None,
        };
        let receipt = handle(&State::new(self.s3.store(), deployment, contract(), model), invocation).await?;
        assert_eq!(receipt.index, 7);
        Ok(self.s3.store().read_json(RESULTS, &self.event.run.record_key(7)).await.unwrap())
    }

    fn has_record(&self) -> bool {
        self.s3.file(RESULTS, &self.event.run.record_key(7)).exists()
    }
}

#[tokio::test]
async fn every_row_is_predicted_once_and_kept_in_order() {
    // 900 rows are 18 MB: five reads, the last of them partial; 13 rows are read at once.
    let bench = Bench::new(&[encode(&partition(0, 900)), encode(&partition(900, 13))]).await;
    let record = bench.infer().await.unwrap();
    assert_eq!((record.run.as_str(), record.index, record.count), ("run-1", 7, 913));
    let read: Vec<(&str, u64)> =
        record.objects.iter().map(|object| (object.key.as_str(), object.rows)).collect();
    assert_eq!(read, [("25MB/part-0.safetensors", 900), ("25MB/part-1.safetensors", 13)]);
    assert!(record.objects.iter().all(|object| !object.etag.is_empty()));
    assert!(record.duration.total_ms >= record.duration.compute_ms && record.duration.compute_ms > 0.0);
    assert!(record.environment.peak_memory_mb > 1.0);

    let bytes = bench.s3.store().read(RESULTS, &record.predictions.key).await.unwrap();
    assert_eq!(
        (sha256(&bytes), bytes.len() as u64),
        (record.predictions.sha256.clone(), record.predictions.bytes)
    );
    let predictions = Predictions::decode(&bytes).unwrap();
    assert_eq!(predictions.ids().unwrap(), (0..913).collect::<Vec<i64>>());
    let truth = predictions.truth().unwrap().unwrap();
    for (row, (predicted, truth)) in (0_u16..).zip(predictions.predicted().unwrap().into_iter().zip(truth)) {
        let value = f32::from(row);
        assert!((predicted - value * 1.001).abs() <= value * 1e-5, "row {row}: {predicted}");
        assert_eq!(truth.to_bits(), (value * 0.5).to_bits(), "row {row}");
    }
    let again = bench.infer().await.unwrap();
    assert_eq!(
        (again.predictions, again.objects),
        (record.predictions, record.objects),
        "a retry replaces itself"
    );
}

#[tokio::test]
async fn partitions_that_differ_from_the_contract_are_refused() {
    let without = |name| {
        let mut tensors = partition(0, 4);
        tensors.remove(name);
        tensors
    };
    let with = |name, dtype, shape: Vec<usize>, bytes: usize| {
        let mut tensors = partition(0, 4);
        tensors.insert(name, (dtype, shape, vec![0; bytes]));
        tensors
    };
    for (tensors, says) in [
        (
            with("image", Dtype::F32, vec![4, 32, 32, 5], 4 * IMAGE * 4),
            "must be f32[n,5,32,32] but is f32[4,32,32,5]",
        ),
        (
            with("image", Dtype::F32, vec![4, 64, 64, 5], 16 * IMAGE * 4),
            "must be f32[n,5,32,32] but is f32[4,64,64,5]",
        ),
        (
            with("magnitude", Dtype::F64, vec![4, 5], 160),
            "input `magnitude` must be f32[n,5] but is f64[4,5]",
        ),
        (with("id", Dtype::I64, vec![5], 40), "label `id` must be i64[n] but is i64[5]"),
        (without("magnitude"), "input `magnitude` (f32[n,5]) is missing"),
    ] {
        let bench = Bench::new(&[encode(&partition(10, 2)), encode(&tensors)]).await;
        let error = bench.infer().await.unwrap_err();
        assert_eq!(error.error_type(), ErrorType::TensorMismatch, "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with("s3://data/25MB/part-1.safetensors differs from the tensor contract: "),
            "{text}"
        );
        assert!(text.contains(says), "{text}");
        assert!(!bench.has_record(), "a shard that failed leaves no record");
    }
}

#[tokio::test]
async fn files_that_are_no_partitions_are_refused() {
    let whole = encode(&partition(0, 4));
    let mut cut = whole.clone();
    cut.truncate(whole.len() - 1);
    let mut long = whole.clone();
    long[7] = 1;
    let mut broken = whole.clone();
    broken[8] = b'[';
    for (bytes, says) in [
        (Vec::new(), "it is empty"),
        (b"short".to_vec(), "it holds only 5 bytes"),
        (cut, "its header describes"),
        (long, "announce a header of"),
        (broken, "its header does not parse"),
        (encode(&partition(0, 0)), "it holds no rows"),
    ] {
        let error = Bench::new(&[bytes]).await.infer().await.unwrap_err();
        assert_eq!(error.error_type(), ErrorType::MalformedPartition, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_prediction_that_is_no_number_names_its_row() {
    let mut tensors = partition(0, 500);
    let image = &mut tensors.get_mut("image").unwrap().2;
    let bad = 450 * IMAGE * 4;
    image[bad..bad + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    let bench = Bench::new(&[encode(&tensors)]).await;
    let error = bench.infer().await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::NonFinitePrediction);
    let text = error.to_string();
    assert!(
        text.starts_with("the model gave NaN for `redshift` of row 450 of s3://data/25MB/part-0.safetensors"),
        "{text}"
    );
    assert!(!bench.has_record());
}

#[tokio::test]
async fn other_buckets_and_other_objects_are_refused() {
    let mut bench = Bench::new(&[encode(&partition(0, 4))]).await;
    bench.event.shard.objects[0].bytes += 1;
    assert_eq!(bench.infer().await.unwrap_err().error_type(), ErrorType::S3ObjectChanged);
    bench.event.shard.objects[0].key = "25MB/absent.safetensors".to_owned();
    assert_eq!(bench.infer().await.unwrap_err().error_type(), ErrorType::S3NotFound);
    bench.event.run.results_bucket = "elsewhere".to_owned();
    assert_eq!(bench.infer().await.unwrap_err().error_type(), ErrorType::InvalidInput);
}
