//! CloudFormation templates as types: resources, intrinsics, limits, stable emission.
