//! Reads a shard's partitions ahead of the model.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use contract::{InferEvent, PartitionObject};
use futures::future::try_join_all;
use futures::{StreamExt, TryStreamExt, stream};
use object_io::{ObjectError, Store};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::InferError;
use crate::header::{Header, read_header};
use crate::layout::{BatchContract, ColumnType};

/// Reads under way at once.
const READS: usize = 2;

/// Groups that wait for the model.
const WAITING: usize = 1;

/// What the reader hands over, in order.
#[derive(Debug)]
pub(crate) enum Piece {
    /// A partition begins.
    Partition {
        /// The partition.
        object: PartitionObject,
        /// Its entity tag.
        etag: String,
        /// Its rows.
        rows: u64,
    },
    /// Rows of the partition that began last.
    Group {
        /// The first row.
        first_row: u64,
        /// The number of rows.
        rows: u64,
        /// The bytes of each column, in the contract's order.
        columns: Vec<Bytes>,
    },
}

/// The receiving end. Reading stops when it is dropped.
pub(crate) struct Reader {
    pieces: mpsc::Receiver<Result<Piece, InferError>>,
    task: AbortHandle,
}

impl Reader {
    /// Starts to read.
    pub(crate) fn start(
        store: Arc<Store>,
        contract: Arc<BatchContract>,
        event: &InferEvent,
        batch_rows: u64,
    ) -> Self {
        let (sender, pieces) = mpsc::channel(WAITING);
        let bucket = event.run.data_bucket.clone();
        let objects = event.shard.objects.clone();
        let task = tokio::spawn(async move {
            let source = Source { store: &store, contract: &contract, bucket: &bucket, batch_rows };
            for object in objects {
                if let Err(Stopped::Failed(error)) = source.partition(object, &sender).await {
                    // A receiver that is gone has its own error.
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            }
        });
        Self { pieces, task: task.abort_handle() }
    }

    /// Returns the next piece, or `None` after the last.
    pub(crate) async fn next(&mut self) -> Option<Result<Piece, InferError>> {
        self.pieces.recv().await
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why reading ends early.
enum Stopped {
    Failed(InferError),
    NotWanted,
}

impl<E: Into<InferError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

struct Source<'s> {
    store: &'s Store,
    contract: &'s BatchContract,
    bucket: &'s str,
    batch_rows: u64,
}

impl Source<'_> {
    async fn partition(
        &self,
        object: PartitionObject,
        sender: &mpsc::Sender<Result<Piece, InferError>>,
    ) -> Result<(), Stopped> {
        let header = read_header(self.store, self.bucket, &object, self.contract).await?;
        let rows = header.rows;
        let key = object.key.clone();
        let begin = Piece::Partition { object, etag: header.etag.clone(), rows };
        sender.send(Ok(begin)).await.map_err(|_| Stopped::NotWanted)?;

        let mut names = Vec::new();
        let mut reads = Vec::new();
        for column in self.contract.columns().iter().filter(|column| column.is_resident(rows)) {
            names.push(column.name.as_str());
            reads.push(self.column(&key, &header, column, 0..rows));
        }
        let resident: BTreeMap<&str, Bytes> = names.into_iter().zip(try_join_all(reads).await?).collect();
        let mut groups = stream::iter(self.contract.groups(rows, self.batch_rows))
            .map(|range| self.group(&key, &header, &resident, range))
            .buffered(READS);
        while let Some(group) = groups.try_next().await? {
            sender.send(Ok(group)).await.map_err(|_| Stopped::NotWanted)?;
        }
        Ok(())
    }

    async fn group(
        &self,
        key: &str,
        header: &Header,
        resident: &BTreeMap<&str, Bytes>,
        range: std::ops::Range<u64>,
    ) -> Result<Piece, InferError> {
        let mut columns = Vec::with_capacity(self.contract.columns().len());
        for column in self.contract.columns() {
            columns.push(match resident.get(column.name.as_str()) {
                Some(bytes) => bytes
                    .slice(position(range.start * column.row_bytes)..position(range.end * column.row_bytes)),
                None => self.column(key, header, column, range.clone()).await?,
            });
        }
        Ok(Piece::Group { first_row: range.start, rows: range.end - range.start, columns })
    }

    async fn column(
        &self,
        key: &str,
        header: &Header,
        column: &ColumnType,
        rows: std::ops::Range<u64>,
    ) -> Result<Bytes, InferError> {
        let changed = || ObjectError::Changed { bucket: self.bucket.to_owned(), key: key.to_owned() };
        let offset = header.offsets.get(&column.name).copied().ok_or_else(changed)?;
        let range = offset + rows.start * column.row_bytes..offset + rows.end * column.row_bytes;
        let length = range.end - range.start;
        let read = self.store.read_range(self.bucket, key, range, Some(&header.etag)).await?;
        if read.bytes.len() as u64 == length { Ok(read.bytes) } else { Err(changed().into()) }
    }
}

/// Positions lie within a partition's tensor that is in memory.
fn position(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
