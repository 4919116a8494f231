use super::book::{Book, scripted, today};

#[test]
fn every_journey_replays_without_refusal() {
    let script = scripted(today());
    let book = Book::of(&script);
    for finding in &book.findings {
        println!("{:?} {:?}", book.steps.get(&finding.entry), finding.code);
    }
    assert_eq!(book.records.len(), script.events.len());
}
