//! Keeps `contract.json` equal to the types that the handler takes and gives.

lambda_entry::contract_test!(fmi::handle);
