//! The types that flow between the handlers, and their JSON Schemas.
