//! try
use std::collections::BTreeMap;
#[expect(clippy::unwrap_used, clippy::print_stdout, reason="try")]
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[2]).unwrap();
    let m = match iacgen_asl::StateMachine::from_json(&text) { Ok(m)=>m, Err(e)=>{eprintln!("{}: {e:?}", args[2]); return;} };
    let names: BTreeMap<String,String> = [("Initialize","initialize"),("Infer","infer"),("Fmi","fmi"),("Summarize","summarize"),("Validate","validate-order")].into_iter().map(|(a,b)|(format!("{a}Alias"),b.to_owned())).collect();
    let d = iacgen_report::graph::Diagram::new(&args[3], &m, &names);
    println!("{}", match args[1].as_str() {"svg"=>iacgen_report::graph::svg(&d),"mermaid"=>iacgen_report::graph::mermaid(&d),_=>iacgen_report::graph::dot(&d)});
}
