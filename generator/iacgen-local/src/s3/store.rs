//! The operations of S3 over folders.

use std::fs::Metadata;
use std::io::{self, SeekFrom};

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, Bucket, CommonPrefix,
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput,
    CopyObjectResult, CopySource, CreateMultipartUploadInput, CreateMultipartUploadOutput, DeleteObjectInput,
    DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, Error, GetObjectInput,
    GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListBucketsInput,
    ListBucketsOutput, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output,
    ListPartsInput, ListPartsOutput, MetadataDirective, Object, ObjectStorageClass, PutObjectInput,
    PutObjectOutput, StreamingBlob, Timestamp, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::attributes::{ReadConditions, object_name};
use super::folder::{FolderStore, Found, INCOMING, bare};
use super::listing::{After, Entry, PageRequest, page};

/// How much of an object is in memory at once while it is sent.
const CHUNK_BYTES: usize = 256 * 1024;
/// S3's largest page. Page: "ListObjectsV2".
const MAX_KEYS: i32 = 1_000;

fn modified(metadata: &Metadata) -> S3Result<Timestamp> {
    metadata.modified().map(Timestamp::from).map_err(|error| s3_error!(error, InternalError))
}

fn length(bytes: u64) -> S3Result<i64> {
    i64::try_from(bytes).map_err(|error| s3_error!(error, InternalError))
}

#[async_trait::async_trait]
impl S3 for FolderStore {
    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let GetObjectInput { bucket, key, range, .. } = &request.input;
        let found = self.find(bucket, key)?;
        let Found { path, metadata, attributes } =
            found.ok_or_else(|| s3_error!(NoSuchKey, "The specified key does not exist."))?;
        let last_modified = modified(&metadata)?;
        let conditions = ReadConditions {
            if_match: request.input.if_match.clone(),
            if_none_match: request.input.if_none_match.clone(),
            if_modified_since: request.input.if_modified_since.clone(),
            if_unmodified_since: request.input.if_unmodified_since.clone(),
        };
        conditions.check(&attributes.etag(), &last_modified)?;
        let whole = metadata.len();
        let (span, content_range) = match range {
            None => (0..whole, None),
            Some(range) => {
                let span = range.check(whole)?;
                let shown = format!("bytes {}-{}/{whole}", span.start, span.end.saturating_sub(1));
                (span, Some(shown))
            }
        };
        let gone = |error: io::Error| s3_error!(error, NoSuchKey, "The specified key does not exist.");
        let mut file = tokio::fs::File::open(&path).await.map_err(gone)?;
        if span.start > 0 {
            file.seek(SeekFrom::Start(span.start)).await.map_err(|error| s3_error!(error, InternalError))?;
        }
        let bytes = span.end - span.start;
        let body = StreamingBlob::wrap(ReaderStream::with_capacity(file.take(bytes), CHUNK_BYTES));
        // A checksum is the whole object's.
        let whole_only = |checksum: Option<String>| checksum.filter(|_| bytes == whole);
        Ok(S3Response::new(GetObjectOutput {
            body: Some(body),
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(length(bytes)?),
            content_range,
            last_modified: Some(last_modified),
            e_tag: Some(attributes.etag()),
            metadata: Some(attributes.metadata.into_iter().collect()),
            content_type: attributes.content_type,
            content_encoding: attributes.content_encoding,
            content_disposition: attributes.content_disposition,
            content_language: attributes.content_language,
            cache_control: attributes.cache_control,
            checksum_crc32: whole_only(attributes.checksum_crc32),
            checksum_crc32c: whole_only(attributes.checksum_crc32c),
            checksum_crc64nvme: whole_only(attributes.checksum_crc64nvme),
            checksum_sha1: whole_only(attributes.checksum_sha1),
            checksum_sha256: whole_only(attributes.checksum_sha256),
            ..GetObjectOutput::default()
        }))
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let HeadObjectInput { bucket, key, .. } = &request.input;
        let found = self.find(bucket, key)?.ok_or_else(|| s3_error!(NoSuchKey))?;
        let last_modified = modified(&found.metadata)?;
        let conditions = ReadConditions {
            if_match: request.input.if_match.clone(),
            if_none_match: request.input.if_none_match.clone(),
            if_modified_since: request.input.if_modified_since.clone(),
            if_unmodified_since: request.input.if_unmodified_since.clone(),
        };
        conditions.check(&found.attributes.etag(), &last_modified)?;
        Ok(S3Response::new(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(length(found.metadata.len())?),
            last_modified: Some(last_modified),
            e_tag: Some(found.attributes.etag()),
            metadata: Some(found.attributes.metadata.into_iter().collect()),
            content_type: found.attributes.content_type,
            content_encoding: found.attributes.content_encoding,
            content_disposition: found.attributes.content_disposition,
            content_language: found.attributes.content_language,
            cache_control: found.attributes.cache_control,
            checksum_crc32: found.attributes.checksum_crc32,
            checksum_crc32c: found.attributes.checksum_crc32c,
            checksum_crc64nvme: found.attributes.checksum_crc64nvme,
            checksum_sha1: found.attributes.checksum_sha1,
            checksum_sha256: found.attributes.checksum_sha256,
            ..HeadObjectOutput::default()
        }))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = &request.input;
        let folder = self.buckets().folder(&input.bucket).ok_or_else(|| s3_error!(NoSuchBucket))?;
        let max_keys = input.max_keys.unwrap_or(MAX_KEYS);
        let limit = usize::try_from(max_keys.min(MAX_KEYS)).map_err(|_| {
            s3_error!(InvalidArgument, "Argument maxKeys must be an integer between 0 and 2147483647")
        })?;
        let after = match (&input.continuation_token, &input.start_after) {
            (Some(token), _) => After::from_token(token)
                .ok_or_else(|| s3_error!(InvalidArgument, "The continuation token provided is incorrect"))?,
            (None, Some(key)) => After::Key(key.clone()),
            (None, None) => After::Start,
        };
        let wanted = PageRequest {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone(),
            after,
            limit,
        };
        let page = tokio::task::spawn_blocking(move || page(&folder, &wanted))
            .await
            .map_err(|error| s3_error!(error, InternalError))?
            .map_err(|error| s3_error!(error, InternalError))?;
        let mut contents = Vec::new();
        let mut common_prefixes = Vec::new();
        for entry in page.entries {
            match entry {
                Entry::CommonPrefix(prefix) => common_prefixes.push(CommonPrefix { prefix: Some(prefix) }),
                Entry::Object { key, metadata, .. } => {
                    let attributes = self.attributes(&input.bucket, &key, &metadata);
                    contents.push(Object {
                        e_tag: Some(attributes.etag()),
                        size: Some(length(metadata.len())?),
                        last_modified: Some(modified(&metadata)?),
                        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
                        key: Some(key),
                        ..Object::default()
                    });
                }
            }
        }
        let key_count = i32::try_from(contents.len() + common_prefixes.len()).unwrap_or(MAX_KEYS);
        // No encoding type: the keys are returned as they are.
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket.clone()),
            prefix: input.prefix.clone(),
            delimiter: input.delimiter.clone(),
            max_keys: Some(max_keys),
            key_count: Some(key_count),
            is_truncated: Some(page.next.is_some()),
            continuation_token: input.continuation_token.clone(),
            next_continuation_token: page.next.as_ref().and_then(After::to_token),
            start_after: input.start_after.clone(),
            contents: Some(contents).filter(|contents| !contents.is_empty()),
            common_prefixes: Some(common_prefixes).filter(|prefixes| !prefixes.is_empty()),
            ..ListObjectsV2Output::default()
        }))
    }

    async fn list_objects(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let marker = request.input.marker.clone();
        let input = ListObjectsV2Input {
            bucket: request.input.bucket.clone(),
            delimiter: request.input.delimiter.clone(),
            prefix: request.input.prefix.clone(),
            max_keys: request.input.max_keys,
            start_after: marker.clone(),
            ..ListObjectsV2Input::default()
        };
        let output = self.list_objects_v2(bare(input)).await?.output;
        let last = output.next_continuation_token.as_deref().and_then(After::from_token);
        Ok(S3Response::new(ListObjectsOutput {
            name: output.name,
            prefix: output.prefix,
            delimiter: output.delimiter,
            marker,
            max_keys: output.max_keys,
            is_truncated: output.is_truncated,
            next_marker: last.and_then(|last| match last {
                After::Start => None,
                After::Key(key) => Some(key),
                // The greatest string that any key of the group could be: the next page begins after it.
                After::Prefix(prefix) => Some(format!("{prefix}\u{10ffff}")),
            }),
            contents: output.contents,
            common_prefixes: output.common_prefixes,
            ..ListObjectsOutput::default()
        }))
    }

    async fn put_object(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        self.path(&bucket, &key)?;
        let _lock = self.write_lock(&bucket, &key).await;
        let (if_match, if_none_match) = (request.input.if_match.take(), request.input.if_none_match.take());
        self.check_conditions(&bucket, &key, if_match.as_ref(), if_none_match.as_ref())?;
        INCOMING.clone_into(&mut request.input.bucket);
        request.input.key = object_name(&bucket, &key);
        let response = self.writer().put_object(request).await?;
        self.place_written(&bucket, &key).await?;
        Ok(response)
    }

    async fn create_multipart_upload(
        &self,
        mut request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        self.path(&bucket, &key)?;
        INCOMING.clone_into(&mut request.input.bucket);
        request.input.key = object_name(&bucket, &key);
        let mut response = self.writer().create_multipart_upload(request).await?;
        (response.output.bucket, response.output.key) = (Some(bucket), Some(key));
        Ok(response)
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        self.writer().upload_part(request).await
    }

    async fn list_parts(&self, request: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        let mut response = self.writer().list_parts(request).await?;
        if let Some(parts) = &mut response.output.parts {
            parts.sort_by_key(|part| part.part_number);
        }
        Ok(response)
    }

    async fn abort_multipart_upload(
        &self,
        mut request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        request.input.key = object_name(&request.input.bucket, &request.input.key);
        INCOMING.clone_into(&mut request.input.bucket);
        self.writer().abort_multipart_upload(request).await
    }

    async fn complete_multipart_upload(
        &self,
        mut request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        self.path(&bucket, &key)?;
        let _lock = self.write_lock(&bucket, &key).await;
        let (if_match, if_none_match) = (request.input.if_match.take(), request.input.if_none_match.take());
        self.check_conditions(&bucket, &key, if_match.as_ref(), if_none_match.as_ref())?;
        INCOMING.clone_into(&mut request.input.bucket);
        request.input.key = object_name(&bucket, &key);
        self.writer().complete_multipart_upload(request).await?;
        self.place_written(&bucket, &key).await?;
        let e_tag = self.find(&bucket, &key)?.map(|found| found.attributes.etag());
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            e_tag,
            ..CompleteMultipartUploadOutput::default()
        }))
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let input = request.input;
        let CopySource::Bucket { bucket: from_bucket, key: from_key, .. } = &input.copy_source else {
            return Err(s3_error!(NotImplemented, "the local S3 copies from buckets"));
        };
        let (from_bucket, from_key, bucket, key) = (&**from_bucket, &**from_key, &input.bucket, &input.key);
        self.path(bucket, key)?;
        let source = self.find(from_bucket, from_key)?.ok_or_else(|| s3_error!(NoSuchKey))?;
        let conditions = ReadConditions {
            if_match: input.copy_source_if_match.clone(),
            if_none_match: input.copy_source_if_none_match.clone(),
            if_modified_since: input.copy_source_if_modified_since.clone(),
            if_unmodified_since: input.copy_source_if_unmodified_since.clone(),
        };
        // A copy answers 412 to every condition that does not hold.
        conditions
            .check(&source.attributes.etag(), &modified(&source.metadata)?)
            .map_err(|_| s3_error!(PreconditionFailed))?;
        let mut attributes = source.attributes;
        if input
            .metadata_directive
            .as_ref()
            .is_some_and(|directive| directive.as_str() == MetadataDirective::REPLACE)
        {
            attributes.metadata = input.metadata.clone().unwrap_or_default().into_iter().collect();
            attributes.cache_control = input.cache_control.clone();
            attributes.content_disposition = input.content_disposition.clone();
            attributes.content_encoding = input.content_encoding.clone();
            attributes.content_language = input.content_language.clone();
            attributes.content_type = input.content_type.clone();
        }
        let e_tag = attributes.etag();
        let _lock = self.write_lock(bucket, key).await;
        let incoming = self.incoming(&object_name(bucket, key));
        tokio::fs::copy(&source.path, &incoming).await.map_err(|error| s3_error!(error, InternalError))?;
        self.place(&incoming, bucket, key, attributes)?;
        let placed = self.find(bucket, key)?.ok_or_else(|| s3_error!(NoSuchKey))?;
        let copied = CopyObjectResult {
            e_tag: Some(e_tag),
            last_modified: Some(modified(&placed.metadata)?),
            ..CopyObjectResult::default()
        };
        Ok(S3Response::new(CopyObjectOutput {
            copy_object_result: Some(copied),
            ..CopyObjectOutput::default()
        }))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let DeleteObjectInput { bucket, key, .. } = &request.input;
        let _lock = self.write_lock(bucket, key).await;
        self.remove(bucket, key)?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let bucket = &request.input.bucket;
        let mut output = DeleteObjectsOutput::default();
        for object in request.input.delete.objects {
            let _lock = self.write_lock(bucket, &object.key).await;
            match self.remove(bucket, &object.key) {
                Ok(()) => output
                    .deleted
                    .get_or_insert_default()
                    .push(DeletedObject { key: Some(object.key), ..DeletedObject::default() }),
                Err(error) => output.errors.get_or_insert_default().push(Error {
                    code: Some(error.code().as_str().to_owned()),
                    message: error.message().map(str::to_owned),
                    key: Some(object.key),
                    ..Error::default()
                }),
            }
        }
        Ok(S3Response::new(output))
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        match self.buckets().folder(&request.input.bucket) {
            Some(_) => Ok(S3Response::new(HeadBucketOutput::default())),
            None => Err(s3_error!(NoSuchBucket)),
        }
    }

    async fn list_buckets(&self, _: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        let names = self.buckets().names().map_err(|error| s3_error!(error, InternalError))?;
        let buckets =
            names.into_iter().map(|name| Bucket { name: Some(name), ..Bucket::default() }).collect();
        Ok(S3Response::new(ListBucketsOutput { buckets: Some(buckets), ..ListBucketsOutput::default() }))
    }
}
