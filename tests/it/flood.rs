//! What the server of the benchmark reads and counts: a contest is as fair as that is right.

#[path = "../benches/flood/parameters.rs"]
mod parameters;
#[path = "../benches/flood/tally.rs"]
mod tally;

use expect_test::expect;

use self::{
    parameters::Parameters,
    tally::{Tally, chat_of},
};

/// The parameters of a call, as text.
fn read(query: &str, content_type: &str, body: &str) -> String {
    match Parameters::read(query, content_type, body.as_bytes()) {
        Ok(Parameters { offset, limit, timeout, chat_id, text }) => {
            format!("{offset:?} {limit:?} {timeout:?} {chat_id:?} {text:?}")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_call_is_read_in_any_form() {
    let form = "application/x-www-form-urlencoded";
    let multipart = "--X\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n5\r\n--X\r\n\
                     content-type: text/plain\r\ncontent-disposition: form-data; name=text\r\n\r\na\r\nb\r\n--X--\r\n";
    let read = [
        read("offset=-1&limit=5&timeout=30&other=x", "", ""),
        read("", "application/json", r#"{"chat_id":5,"text":"a\n","offset":null,"other":{}}"#),
        read("", "application/json; charset=utf-8", r#"{"chat_id":"5","timeout":"30"}"#),
        read("", form, "chat_id=5&text=a%20%D8%A8+c"),
        read("", "multipart/form-data; boundary=X", multipart),
        read("", "multipart/form-data; boundary=\"X\"", multipart),
        read("", form, "chat_id=@channel"),
        read("", "application/json", r#"{"chat_id":true}"#),
    ];
    expect![[r#"
        Some(-1) Some(5) Some(30) None None
        None None None Some(5) Some("a\n")
        None None Some(30) Some(5) None
        None None None Some(5) Some("a ب c")
        None None None Some(5) Some("a\r\nb")
        None None None Some(5) Some("a\r\nb")
        invalid digit found in string
        invalid type: boolean `true`, expected a whole number, a text of one, or null at line 1 column 15"#]]
    .assert_eq(&read.join("\n"));
}

/// A reply to the update with this index.
fn reply(tally: &mut Tally, index: usize, chats: usize) {
    let chat = chat_of(index, chats).try_into().expect("chats are few");
    tally.count(chat, &index.to_string());
}

#[test]
fn what_is_confirmed_before_it_is_answered_is_at_risk() {
    let mut tally = Tally::new(6, 2);
    reply(&mut tally, 0, 2);
    assert_eq!(tally.confirm(3), 3, "1 and 2 have no reply");
    reply(&mut tally, 2, 2);
    assert_eq!(tally.confirm(2), 3, "nothing is taken back");
    reply(&mut tally, 1, 2);
    reply(&mut tally, 3, 2);
    assert_eq!(tally.confirm(9), 6, "there are no more: 4 and 5 have no reply");
    assert_eq!(tally.report().at_risk, 2);
}

#[test]
fn a_reply_that_is_wrong_late_or_there_already_is_counted() {
    let mut tally = Tally::new(6, 2);
    for index in [4, 2, 0, 2] {
        reply(&mut tally, index, 2);
    }
    tally.count(-1, "0");
    tally.count(2, "0");
    tally.count(1, "hello");
    let report = tally.report();
    let counts = [report.missing, report.inversions, report.doubled, report.strange];
    assert_eq!(counts, [3, 2, 1, 3]);
    assert!(!report.is_right() && !tally.is_complete());
}
