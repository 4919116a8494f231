//! Submitting over the network: the answer comes after the commit and proves what it says.

use crate::client::Client;
use crate::common::draft::create;
use crate::host::{Host, config, ndjson, post, post_lines};
use crate::place::{Place, on_both_databases};
use crate::town::{parse, prove};
use shisu::core::log::Receipt;
use std::time::Duration;

on_both_databases! {
    a_record_is_answered_with_a_receipt_that_proves_it
    a_record_that_is_there_already_gets_the_same_index
    an_answer_that_is_lost_is_had_by_submitting_again
    a_refused_record_is_a_problem_with_its_code
    a_receipt_before_its_dispatch_is_parked
    many_records_get_an_outcome_each_in_order_and_a_bad_line_harms_no_other
    what_was_accepted_is_there_after_the_server_stopped
    sixty_four_at_once_are_all_recorded_once
    a_whole_is_recorded_or_nothing_of_it
}

fn harvest(host: &mut Host, lot: &str) -> String {
    let draft = create(lot, "10", "KGM", "leafy_vegetable");
    host.town.sign("farm", &draft)
}

/// Records of one key that do not wait for each other: none names a predecessor.
fn side_by_side(host: &mut Host, count: u64) -> Vec<String> {
    let signed = (1..=count).map(|seq| {
        let draft = create(&format!("t/LOT-{seq}"), "10", "KGM", "leafy_vegetable");
        host.town.world.text("farm", &draft.set("seq", seq))
    });
    signed.collect()
}

fn a_record_is_answered_with_a_receipt_that_proves_it(place: Place) {
    let mut host = Host::new(place);
    let text = harvest(&mut host, "t/LOT-1");
    let answer = host.submit(&text);
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let receipt = Receipt::parse(answer.text()).unwrap();
    prove(&host.town.world, &text, &receipt);
    let id = parse(&text).id;
    assert_eq!(
        answer.header("location"),
        Some(&*format!("/v1/records/{id}"))
    );
    // The same from anybody who asks later, who may lose theirs.
    let again = host.client().get(&format!("/v1/records/{id}/receipt"));
    let again = Receipt::parse(again.text()).unwrap();
    prove(&host.town.world, &text, &again);
    assert_eq!(again.index(), receipt.index());
    assert_eq!(host.town.place.head().size, receipt.index() + 1);
}

fn a_record_that_is_there_already_gets_the_same_index(place: Place) {
    let mut host = Host::new(place);
    let text = harvest(&mut host, "t/LOT-1");
    let first = host.submit(&text);
    let mut client = host.client();
    let headers = [
        ("Content-Type", "application/sd-jwt"),
        ("Accept", "application/json"),
    ];
    let again = client.ask("POST", "/v1/records", &headers, text.as_bytes());
    assert_eq!((first.status, again.status), (201, 200));
    let body = again.json();
    assert_eq!(body["outcome"], "duplicate");
    let first = Receipt::parse(first.text()).unwrap();
    assert_eq!(body["index"], first.index());
    let receipt = Receipt::parse(body["receipt"].as_str().unwrap()).unwrap();
    prove(&host.town.world, &text, &receipt);
}

fn an_answer_that_is_lost_is_had_by_submitting_again(place: Place) {
    let mut host = Host::new(place);
    let text = harvest(&mut host, "t/LOT-1");
    let size = host.town.place.head().size;
    let mut client = host.client();
    let kind = ("Content-Type", "application/sd-jwt");
    let length = ("Content-Length", &*text.len().to_string());
    let head = Client::head("POST", "/v1/records", &[kind, length]);
    assert!(client.send(format!("{head}\r\n{text}").as_bytes()));
    // The network is gone before anybody reads the answer.
    drop(client);
    let deadline = std::time::Instant::now() + crate::client::PATIENCE;
    while host.town.place.head().size == size {
        assert!(
            std::time::Instant::now() < deadline,
            "it was never recorded"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    let answer = host.submit(&text);
    assert_eq!(answer.status, 200, "a duplicate");
    let receipt = Receipt::parse(answer.text()).unwrap();
    prove(&host.town.world, &text, &receipt);
    assert_eq!(
        host.town.place.head().size,
        receipt.index() + 1,
        "recorded once"
    );
}

fn a_refused_record_is_a_problem_with_its_code(place: Place) {
    let mut host = Host::new(place);
    let size = host.town.place.head().size;
    assert_eq!(host.submit("not a record").problem(422), "not_sd_jwt");
    let text = harvest(&mut host, "t/LOT-1");
    let broken = text.replacen("~", "A~", 1);
    assert_eq!(host.submit(&broken).status, 422);
    host.town
        .world
        .invent_author("stranger", "farm", Some("farm"));
    let text = host
        .town
        .sign("stranger", &create("t/X-01", "1", "KGM", "leafy_vegetable"));
    assert_eq!(host.submit(&text).problem(422), "unknown_key");
    assert_eq!(host.town.place.head().size, size, "nothing of them is kept");
}

fn a_receipt_before_its_dispatch_is_parked(place: Place) {
    let mut host = Host::new(place);
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let credit = host.put("farm", &draft).line(1);
    let (sent, received) = host.town.signed_shipment("shop", &credit, "4");
    let answer = host.submit(&received);
    assert_eq!(answer.status, 202, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["outcome"], "parked");
    assert_eq!(body["awaits"], parse(&sent).id.to_string());
    assert_eq!(host.submit(&sent).status, 201);
    assert_eq!(
        host.submit(&received).status,
        200,
        "it went in with its dispatch"
    );
}

fn many_records_get_an_outcome_each_in_order_and_a_bad_line_harms_no_other(place: Place) {
    let mut host = Host::new(place);
    let texts: Vec<String> = (0..40)
        .map(|n| harvest(&mut host, &format!("t/LOT-{n}")))
        .collect();
    let mut lines: Vec<String> = ndjson(&texts).lines().map(str::to_owned).collect();
    lines.insert(20, "{\"record\": 7".to_owned());
    lines.insert(21, "\"not a record\"".to_owned());
    lines.insert(22, String::new());
    lines[30] = serde_json::json!(texts[27]).to_string();
    let answer = post_lines(&mut host.client(), &lines.join("\n"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let outcomes = answer.lines();
    let numbers: Vec<u64> = outcomes
        .iter()
        .map(|one| one["line"].as_u64().unwrap())
        .collect();
    let expected: Vec<u64> = (1..=43).filter(|line| *line != 23).collect();
    assert_eq!(numbers, expected, "a blank line is none");
    assert_eq!(outcomes[20]["code"], "bad_json");
    assert_eq!(outcomes[21]["code"], "not_sd_jwt");
    let accepted = outcomes.iter().filter(|one| one["outcome"] == "accepted");
    let receipts: Vec<Receipt> = accepted
        .map(|one| Receipt::parse(one["receipt"].as_str().unwrap()).unwrap())
        .collect();
    assert_eq!(receipts.len(), 40);
    for (text, receipt) in texts.iter().zip(&receipts) {
        prove(&host.town.world, text, receipt);
    }
    assert!(
        receipts
            .windows(2)
            .all(|two| two[0].index() + 1 == two[1].index())
    );
}

fn what_was_accepted_is_there_after_the_server_stopped(place: Place) {
    let mut host = Host::new(place);
    let texts = side_by_side(&mut host, 64);
    let address = host.address;
    let (sender, answers) = std::sync::mpsc::channel();
    let clients: Vec<_> = texts
        .chunks(8)
        .map(|texts| {
            let (texts, sender) = (texts.to_vec(), sender.clone());
            // Connected before anybody stops anything.
            let mut client = Client::to(address);
            std::thread::spawn(move || {
                for text in texts {
                    let kind = ("Content-Type", "application/sd-jwt");
                    let length = text.len().to_string();
                    let head =
                        Client::head("POST", "/v1/records", &[kind, ("Content-Length", &length)]);
                    if !client.send(format!("{head}\r\n{text}").as_bytes()) {
                        return;
                    }
                    match client.answer(true) {
                        Some(answer) if answer.status == 201 => {
                            sender.send((text, answer.text().to_owned())).unwrap();
                        }
                        Some(other) => panic!("{}", other.text()),
                        None => return,
                    }
                }
            })
        })
        .collect();
    drop(sender);
    // In the middle of it.
    let first = answers.recv().unwrap();
    host.begin_to_stop();
    clients
        .into_iter()
        .for_each(|client| client.join().unwrap());
    host.stop();
    let accepted: Vec<_> = std::iter::once(first).chain(answers.iter()).collect();
    let entries = host.town.place.entries();
    for (text, receipt) in &accepted {
        let receipt = Receipt::parse(receipt).unwrap();
        prove(&host.town.world, text, &receipt);
        let at = usize::try_from(receipt.index()).unwrap();
        assert_eq!(entries[at].id, parse(text).id);
    }
    host.town.check();
}

fn sixty_four_at_once_are_all_recorded_once(place: Place) {
    let mut config = config();
    config.workers = 1;
    let mut host = Host::with(place, config);
    let texts = side_by_side(&mut host, 64);
    let size = host.town.place.head().size;
    let address = host.address;
    let threads: Vec<_> = texts
        .iter()
        .cloned()
        .map(|text| std::thread::spawn(move || post(&mut Client::to(address), &text)))
        .collect();
    let mut indices: Vec<u64> = threads
        .into_iter()
        .map(|thread| {
            let answer = thread.join().unwrap();
            assert_eq!(answer.status, 201, "{}", answer.text());
            Receipt::parse(answer.text()).unwrap().index()
        })
        .collect();
    indices.sort_unstable();
    indices.dedup();
    assert_eq!(indices.len(), 64);
    // Besides them there is at most a beat of the process that began to serve.
    assert!(host.town.place.head().size <= size + 65);
}

fn a_whole_is_recorded_or_nothing_of_it(place: Place) {
    let mut host = Host::new(place);
    let mut texts = side_by_side(&mut host, 5);
    let size = host.town.place.head().size;
    let kind = [("Content-Type", "application/x-ndjson")];
    let ask = |texts: &[String]| {
        let body = ndjson(texts);
        let mut client = host.client();
        client.ask("POST", "/v1/records?atomic=true", &kind, body.as_bytes())
    };
    let good = std::mem::replace(&mut texts[2], "rubbish".to_owned());
    let outcomes = ask(&texts).lines();
    let told: Vec<&str> = outcomes
        .iter()
        .filter_map(|one| one["outcome"].as_str())
        .collect();
    assert_eq!(
        told,
        ["withheld", "withheld", "refused", "withheld", "withheld"]
    );
    assert_eq!(host.town.place.head().size, size);
    texts[2] = good;
    assert!(
        ask(&texts)
            .lines()
            .iter()
            .all(|one| one["outcome"] == "accepted")
    );
    let many = vec!["x".to_owned(); 513];
    assert_eq!(ask(&many).problem(400), "input");
    let line = ask(&[texts[0].clone()]).lines();
    assert_eq!(line[0]["outcome"], "duplicate");
}
