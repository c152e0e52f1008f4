//! What a person sees who runs an example for the first time.

use std::{
    io::{BufRead, BufReader},
    process::Command,
    sync::mpsc,
    thread,
};

use super::{PATIENCE, Running, example};
use crate::web;

/// Each example, by the files of the folder.
fn names() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    let files = std::fs::read_dir(folder).expect("the examples are beside the tests");
    let names = files.filter_map(|file| {
        let name = file.expect("a file").file_name().into_string().expect("UTF-8");
        Some(name.strip_suffix(".rs")?.to_owned()).filter(|name| name != "lib")
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// One after the other, since some listen on ports of their own.
#[tokio::test]
async fn every_example_prints_one_line_to_click_that_opens_the_page() {
    let names = names();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let mut bot = Running::start(&mut Command::new(example("bale-examples", &name)));
        let stdout = BufReader::new(bot.stdout());
        let (sender, lines) = mpsc::channel();
        let reader = thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let url = loop {
            let line =
                lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{name} prints no address"));
            if let Some((_, url)) = line.split_once("talk to it:") {
                break url.trim().to_owned();
            }
        };
        assert!(url.starts_with("http://127.0.0.1:") && url.ends_with('/'), "{name}: {url}");
        let page = web::client().get(&url).header("accept", "text/html").send().await;
        let page = page.expect("it is served").text().await.expect("a body");
        assert!(page.contains("/playground/main.js"), "{name}: {page}");
        drop(bot);
        reader.join().expect("it only reads").expect("somebody listens");
        let again: Vec<_> = lines.try_iter().filter(|line| line.contains("talk to it:")).collect();
        assert!(again.is_empty(), "{name} prints it again: {again:?}");
    }
}
