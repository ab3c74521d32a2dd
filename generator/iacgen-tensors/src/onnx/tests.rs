use std::io::{self, Cursor, Read, Seek};

use proptest::prelude::*;
use prost::Message;

use super::proto::{
    DimensionProto, OperatorSetIdProto, ShapeProto, StringStringEntryProto, TensorTypeProto, TypeProto,
    Unread, ValueInfoProto,
};
use super::*;

#[derive(Clone, PartialEq, prost::Message)]
struct ModelProto {
    #[prost(int64, tag = "1")]
    ir_version: i64,
    #[prost(string, tag = "2")]
    producer_name: String,
    #[prost(message, optional, tag = "7")]
    graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    opset_import: Vec<OperatorSetIdProto>,
    #[prost(message, repeated, tag = "25")]
    functions: Vec<FunctionProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    node: Vec<NodeProto>,
    #[prost(message, repeated, tag = "5")]
    initializer: Vec<TensorProto>,
    #[prost(message, repeated, tag = "11")]
    input: Vec<ValueInfoProto>,
    #[prost(message, repeated, tag = "12")]
    output: Vec<ValueInfoProto>,
    #[prost(message, repeated, tag = "15")]
    sparse_initializer: Vec<SparseTensorProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct NodeProto {
    #[prost(string, tag = "4")]
    op_type: String,
    #[prost(message, repeated, tag = "5")]
    attribute: Vec<AttributeProto>,
    #[prost(string, tag = "7")]
    domain: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct AttributeProto {
    #[prost(message, optional, tag = "5")]
    t: Option<TensorProto>,
    #[prost(message, optional, boxed, tag = "6")]
    g: Option<Box<GraphProto>>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct SparseTensorProto {
    #[prost(message, optional, tag = "1")]
    values: Option<TensorProto>,
    #[prost(message, optional, tag = "2")]
    indices: Option<TensorProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct FunctionProto {
    #[prost(message, repeated, tag = "7")]
    node: Vec<NodeProto>,
    #[prost(string, tag = "10")]
    domain: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TensorProto {
    #[prost(int64, repeated, tag = "1")]
    dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    data_type: i32,
    #[prost(string, tag = "8")]
    name: String,
    #[prost(bytes = "vec", tag = "9")]
    raw_data: Vec<u8>,
    #[prost(message, repeated, tag = "13")]
    external_data: Vec<StringStringEntryProto>,
    #[prost(int32, tag = "14")]
    data_location: i32,
}

fn value(name: &str, dims: &[(Option<i64>, Option<&str>)]) -> ValueInfoProto {
    let dim = dims
        .iter()
        .map(|(dim_value, dim_param)| DimensionProto {
            dim_value: *dim_value,
            dim_param: dim_param.map(ToOwned::to_owned),
        })
        .collect();
    let tensor = Some(TensorTypeProto { elem_type: 1, shape: Some(ShapeProto { dim }) });
    ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor, ..Default::default() }) }
}

fn of_type(ty: TypeProto) -> ValueInfoProto {
    ValueInfoProto { name: "v".to_owned(), r#type: Some(ty) }
}

fn tensor(name: &str, bytes: usize) -> TensorProto {
    TensorProto {
        dims: vec![i64::try_from(bytes / 4).unwrap()],
        data_type: 1,
        name: name.to_owned(),
        raw_data: vec![0; bytes],
        ..Default::default()
    }
}

fn external(name: &str, dims: &[i64], data_type: i32, entries: &[(&str, &str)]) -> TensorProto {
    let entry = |&(key, value): &(&str, &str)| StringStringEntryProto {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    TensorProto {
        dims: dims.to_vec(),
        data_type,
        name: name.to_owned(),
        external_data: entries.iter().map(entry).collect(),
        data_location: 1,
        ..Default::default()
    }
}

fn graph(initializer: Vec<TensorProto>) -> GraphProto {
    GraphProto {
        initializer,
        input: vec![value("x", &[(Some(1), None)])],
        output: vec![value("y", &[(Some(1), None)])],
        ..Default::default()
    }
}

fn read(graph: GraphProto) -> Result<OnnxModel, GraphError> {
    OnnxModel::read(&ModelProto { graph: Some(graph), ..Default::default() }.encode_to_vec())
}

/// A model that has one of everything that is read.
fn rich() -> ModelProto {
    let inner =
        graph(vec![external("inner", &[3], 1, &[("location", "w"), ("offset", "8"), ("length", "12")])]);
    let branch = NodeProto {
        op_type: "If".to_owned(),
        attribute: vec![AttributeProto { t: Some(tensor("constant", 8)), g: Some(Box::new(inner)) }],
        domain: String::new(),
    };
    let own = NodeProto { op_type: "F".to_owned(), domain: "mine".to_owned(), ..Default::default() };
    let fused =
        NodeProto { op_type: "Gelu".to_owned(), domain: "com.microsoft".to_owned(), ..Default::default() };
    let sparse = SparseTensorProto { values: Some(tensor("sparse", 4)), indices: Some(tensor("", 8)) };
    ModelProto {
        ir_version: 8,
        producer_name: "a test".to_owned(),
        graph: Some(GraphProto {
            node: vec![branch, own, fused],
            sparse_initializer: vec![sparse],
            ..graph(vec![tensor("w", 16)])
        }),
        opset_import: vec![
            OperatorSetIdProto { domain: String::new(), version: 17 },
            OperatorSetIdProto { domain: "mine".to_owned(), version: 1 },
        ],
        functions: vec![FunctionProto { domain: "mine".to_owned(), ..Default::default() }],
    }
}

#[test]
fn a_graph_tells_its_inputs_without_its_weights() {
    let model = read(GraphProto {
        // Larger than the reader's buffer: what follows it is found all the same.
        initializer: vec![tensor("w", 100_000)],
        input: vec![value("image", &[(None, Some("n")), (Some(5), None)]), value("w", &[(Some(3), None)])],
        output: vec![value("redshift", &[(None, None), (Some(1), None)])],
        ..Default::default()
    })
    .unwrap();
    assert_eq!(model.graph.inputs.iter().map(Value::describe).collect::<Vec<_>>(), ["f32[n,5]"]);
    assert_eq!(model.graph.outputs[0].describe(), "f32[?,1]");
}

#[test]
fn a_model_tells_its_versions_and_all_its_weights() {
    let model = OnnxModel::read(&rich().encode_to_vec()).unwrap();
    assert_eq!((model.ir_version, model.producer.name.as_str()), (8, "a test"));
    assert_eq!(model.opsets, [("ai.onnx".to_owned(), 17), ("mine".to_owned(), 1)].into());
    assert_eq!(model.domains, ["ai.onnx".to_owned(), "com.microsoft".to_owned()].into());
    let weights = model.weights;
    assert_eq!((weights.tensors, weights.bytes), (5, 16 + 4 + 8 + 8 + 12));
    assert_eq!(weights.elements, ["float"].into());
    assert_eq!(
        weights.external,
        [ExternalTensor {
            tensor: "inner".to_owned(),
            location: "w".to_owned(),
            offset: 8,
            length: Some(12)
        }]
    );
}

#[test]
fn an_external_tensor_without_a_length_has_the_one_of_its_shape() {
    for (dims, data_type, expected) in [
        (&[2_i64, 3][..], 1, Some(24)),
        (&[], 11, Some(8)),
        (&[3], 22, Some(2)),
        (&[0], 1, Some(0)),
        (&[i64::MAX, i64::MAX], 1, None),
        (&[2], 8, None),
        (&[2], 99, None),
    ] {
        let model = read(graph(vec![external("w", dims, data_type, &[("location", "w.bin")])])).unwrap();
        assert_eq!(model.weights.external[0].length, expected, "{dims:?} of {data_type}");
    }
}

#[test]
fn external_data_that_makes_no_sense_is_refused() {
    for (entries, says) in [
        (&[][..], "does not say in which"),
        (&[("location", "")], "does not say in which"),
        (&[("location", "w"), ("offset", "-1")], "the offset `-1`"),
        (&[("location", "w"), ("length", "1e3")], "the length `1e3`"),
    ] {
        let error = read(graph(vec![external("w", &[1], 1, entries)])).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = read(graph(vec![external("w", &[-1], 1, &[("location", "w")])])).unwrap_err();
    assert!(error.to_string().contains("negative"), "{error}");
}

#[test]
fn other_kinds_of_values_are_named() {
    let tensor = |elem_type| TypeProto {
        tensor: Some(TensorTypeProto { elem_type, shape: None }),
        ..Default::default()
    };
    for (ty, expected) in [
        (tensor(1), "f32[...]"),
        (tensor(16), "bfloat16[...]"),
        (tensor(0), "?[...]"),
        (tensor(99), "an unknown type[...]"),
        (TypeProto { sequence: Some(Unread {}), ..Default::default() }, "sequence"),
        (TypeProto { sparse_tensor: Some(Unread {}), ..Default::default() }, "sparse tensor"),
        (TypeProto::default(), "?[...]"),
    ] {
        let model = read(GraphProto { output: vec![of_type(ty)], ..graph(Vec::new()) }).unwrap();
        assert_eq!(model.graph.outputs[0].describe(), expected);
    }
}

#[test]
fn weights_are_not_read() {
    /// Counts the bytes that are taken from it.
    struct Counted<'a>(Cursor<&'a [u8]>, &'a std::cell::Cell<usize>);
    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1.set(self.1.get() + read);
            Ok(read)
        }
    }
    impl Seek for Counted<'_> {
        fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }
    let mut graph = graph(vec![tensor("a", 1 << 20), tensor("b", 1 << 20)]);
    let attribute = vec![AttributeProto { t: Some(tensor("c", 1 << 20)), g: None }];
    graph.node = vec![NodeProto { op_type: "Constant".to_owned(), attribute, ..Default::default() }];
    let bytes = ModelProto { graph: Some(graph), ..Default::default() }.encode_to_vec();
    let taken = std::cell::Cell::new(0);
    let model = OnnxModel::read_from(Counted(Cursor::new(&bytes), &taken)).unwrap();
    assert_eq!(model.graph.outputs[0].describe(), "f32[1]");
    assert_eq!(model.weights.bytes, 3 << 20);
    assert!(taken.get() < 64 << 10, "{} of {} bytes were read", taken.get(), bytes.len());
}

#[test]
fn a_file_that_ends_too_early_is_no_model() {
    let whole =
        ModelProto { graph: Some(graph(vec![tensor("w", 16)])), ..Default::default() }.encode_to_vec();
    for length in 1..whole.len() {
        let found = OnnxModel::read(&whole[..length]);
        assert!(matches!(found, Err(GraphError::NotOnnx(_))), "{length} bytes: {found:?}");
    }
    assert!(OnnxModel::read(&whole).is_ok());
}

#[test]
fn other_bytes_are_refused() {
    assert!(matches!(OnnxModel::read(b"\xff\xff\xff"), Err(GraphError::NotOnnx(_))));
    assert_eq!(OnnxModel::read(b""), Err(GraphError::NoGraph));
}

#[test]
fn graphs_without_end_and_names_without_end_are_refused() {
    let mut nested = graph(Vec::new());
    for _ in 0..40 {
        let attribute = vec![AttributeProto { t: None, g: Some(Box::new(nested)) }];
        nested = graph(Vec::new());
        nested.node = vec![NodeProto { op_type: "If".to_owned(), attribute, ..Default::default() }];
    }
    let error = read(nested).unwrap_err();
    assert!(error.to_string().contains("lie in each other"), "{error}");

    let error = read(graph(vec![tensor(&"w".repeat(2 << 20), 4)])).unwrap_err();
    assert!(error.to_string().contains("a name or type of"), "{error}");
}

/// Whatever a flipped bit makes of a model: it is read or refused, and what is read is within the file's means.
#[test]
fn a_flipped_bit_never_breaks_the_reader() {
    let whole = rich().encode_to_vec();
    let mut refused = 0;
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            match OnnxModel::read(&bytes) {
                Ok(model) => assert!(model.weights.tensors <= bytes.len() as u64),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 0 && refused < 8 * whole.len());
}

proptest! {
    #[test]
    fn overwritten_parts_never_break_the_reader(
        at in 0_usize..600, replacement in proptest::collection::vec(any::<u8>(), 0..16), length in 0_usize..600,
    ) {
        let mut bytes = rich().encode_to_vec();
        let at = at.min(bytes.len());
        let end = (at + replacement.len()).min(bytes.len());
        bytes.splice(at..end, replacement);
        bytes.truncate(length.max(1));
        let _ = OnnxModel::read(&bytes);
    }
}
