import * as cdk from 'aws-cdk-lib/core';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';

export interface CosmicProps extends cdk.StackProps {
  readonly dataBucket: string;
  /** In MB. */
  readonly inferMemory: number;
  readonly inferProvisioned: number;
  readonly maxConcurrency: number;
}

interface FunctionProps {
  readonly description: string;
  /** In MB. */
  readonly memory: number;
  readonly timeout: cdk.Duration;
  readonly environment: Record<string, string>;
  readonly provisioned?: number;
}

/** The workflow of workflow.yaml, with CDK's ordinary constructs and grants. */
export class CosmicStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: CosmicProps) {
    super(scope, id, props);

    const artifactBucket = new cdk.CfnParameter(this, 'ArtifactBucket', { type: 'String' });
    const artifacts = s3.Bucket.fromBucketName(this, 'Artifacts', artifactBucket.valueAsString);
    const data = s3.Bucket.fromBucketName(this, 'Data', props.dataBucket);
    const results = new s3.Bucket(this, 'Results', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: cdk.RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'abort-incomplete-multipart-uploads', abortIncompleteMultipartUploadAfter: cdk.Duration.days(7) },
        { id: 'expire-noncurrent-versions', noncurrentVersionExpiration: cdk.Duration.days(30), expiredObjectDeleteMarker: true },
        { id: 'expire-runs', prefix: 'runs/', expiration: cdk.Duration.days(90) },
      ],
    });

    const buckets = { BUCKET_DATA: data.bucketName, BUCKET_RESULTS: results.bucketName };
    // Code is named, not packaged: `iacgen synth` packages nothing either.
    const handler = (name: string, of: FunctionProps): lambda.Alias => {
      const made = new lambda.Function(this, name, {
        description: of.description,
        runtime: lambda.Runtime.PROVIDED_AL2023,
        handler: 'bootstrap',
        architecture: lambda.Architecture.X86_64,
        code: lambda.Code.fromBucket(artifacts, `not-packaged/${name.toLowerCase()}.zip`),
        memorySize: of.memory,
        timeout: of.timeout,
        environment: of.environment,
        tracing: lambda.Tracing.ACTIVE,
        loggingFormat: lambda.LoggingFormat.JSON,
        logGroup: new logs.LogGroup(this, `${name}Logs`, {
          retention: logs.RetentionDays.ONE_MONTH,
          removalPolicy: cdk.RemovalPolicy.DESTROY,
        }),
      });
      return new lambda.Alias(this, `${name}Live`, {
        aliasName: 'live',
        version: made.currentVersion,
        provisionedConcurrentExecutions: of.provisioned,
      });
    };

    const initialize = handler('Initialize', {
      description: 'Plans the run - lists the partitions and deals them to shards',
      memory: 256,
      timeout: cdk.Duration.seconds(30),
      environment: buckets,
    });
    const infer = handler('Infer', {
      description: 'Runs the model over one shard and keeps its predictions',
      memory: props.inferMemory,
      timeout: cdk.Duration.minutes(1),
      environment: {
        ...buckets,
        MODEL: 'model.onnx',
        TENSORS: JSON.stringify({
          inputs: { image: 'f32[n,5,32,32]', magnitude: 'f32[n,5]' },
          outputs: { redshift: 'f32[n,1]' },
          labels: { id: 'i64[n]', z_true: 'f32[n,1]' },
        }),
      },
      provisioned: props.inferProvisioned,
    });
    const fmi = handler('Fmi', {
      description: 'Aggregates what the shards found, before it is summarised',
      memory: 512,
      timeout: cdk.Duration.minutes(1),
      environment: { BUCKET_RESULTS: results.bucketName },
    });
    const summarize = handler('Summarize', {
      description: 'Counts the shards, computes the metrics and the cost, writes the report',
      memory: 512,
      timeout: cdk.Duration.minutes(1),
      environment: { BUCKET_RESULTS: results.bucketName },
    });

    data.grantRead(initialize);
    results.grantPut(initialize, 'runs/*');
    data.grantRead(infer);
    results.grantPut(infer, 'runs/*');
    for (const reader of [fmi, summarize]) {
      results.grantRead(reader, 'runs/*');
      results.grantPut(reader, 'runs/*');
    }

    const invoke = (name: string, of: lambda.Alias, timeout: number, payload?: sfn.TaskInput): tasks.LambdaInvoke => {
      const state = new tasks.LambdaInvoke(this, name, {
        lambdaFunction: of,
        payload,
        outputPath: '$.Payload',
        taskTimeout: sfn.Timeout.duration(cdk.Duration.seconds(timeout)),
        retryOnServiceExceptions: false,
      });
      state.addRetry({
        errors: [
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
          'Lambda.TooManyRequestsException',
          'S3Unavailable',
        ],
        interval: cdk.Duration.seconds(1),
        maxAttempts: 3,
        backoffRate: 2,
        maxDelay: cdk.Duration.seconds(20),
        jitterStrategy: sfn.JitterType.FULL,
      });
      state.addRetry({
        errors: ['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout'],
        interval: cdk.Duration.seconds(2),
        maxAttempts: 2,
        backoffRate: 2,
        maxDelay: cdk.Duration.seconds(30),
        jitterStrategy: sfn.JitterType.FULL,
      });
      return state;
    };

    const shards = new sfn.DistributedMap(this, 'Distributed Test', {
      itemReader: new sfn.S3JsonLItemReader({
        bucket: results,
        key: sfn.JsonPath.format('runs/{}/items.jsonl', sfn.JsonPath.stringAt('$.folder')),
      }),
      resultWriterV2: new sfn.ResultWriterV2({
        bucket: results,
        prefix: sfn.JsonPath.format('runs/{}/map', sfn.JsonPath.stringAt('$.folder')),
      }),
      itemSelector: { 'run.$': '$.run', 'shard.$': '$$.Map.Item.Value' },
      maxConcurrency: props.maxConcurrency,
      toleratedFailurePercentage: 0,
      mapExecutionType: sfn.StateMachineType.EXPRESS,
      resultPath: sfn.JsonPath.DISCARD,
    });
    shards.itemProcessor(invoke('Model Inference', infer, 70));

    new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Federated inference over partitioned astronomical images',
      stateMachineType: sfn.StateMachineType.STANDARD,
      timeout: cdk.Duration.hours(1),
      tracingEnabled: true,
      logs: {
        level: sfn.LogLevel.ERROR,
        includeExecutionData: false,
        destination: new logs.LogGroup(this, 'StateMachineLogs', {
          retention: logs.RetentionDays.ONE_MONTH,
          removalPolicy: cdk.RemovalPolicy.DESTROY,
        }),
      },
      definitionBody: sfn.DefinitionBody.fromChainable(
        invoke(
          'Initialize State',
          initialize,
          40,
          sfn.TaskInput.fromObject({
            'execution.$': '$$.Execution.Name',
            'started_at.$': '$$.Execution.StartTime',
            'input.$': '$',
          }),
        )
          .next(shards)
          .next(invoke('Invoke FMI', fmi, 70))
          .next(invoke('Summarize State', summarize, 70)),
      ),
    });
  }
}
