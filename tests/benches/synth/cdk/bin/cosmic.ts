#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib/core';
import { CosmicStack } from '../lib/cosmic-stack';

const app = new cdk.App();
new CosmicStack(app, 'CosmicInferenceProd', {
  // The account, region, tags and values of environments/prod.yaml.
  env: { account: '333333333333', region: 'us-east-1' },
  tags: { project: 'cosmic-inference', stage: 'prod' },
  dataBucket: 'cosmicai-data-prod',
  inferMemory: 3008,
  inferProvisioned: 10,
  maxConcurrency: 200,
});
