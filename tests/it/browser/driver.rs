//! Chromium, driven by chromedriver over WebDriver.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::web;

/// How long the page may take for anything.
const PATIENCE_MS: u64 = 60_000;

/// A browser window, closed when this is dropped.
pub(super) struct Browser {
    driver: Child,
    /// Kept, since a driver that cannot write any more ends.
    _said: BufReader<ChildStdout>,
    client: reqwest::Client,
    session: String,
}

/// Something of the page that can be clicked and written into.
pub(super) struct Element(String);

/// A browser; without one on this machine a line that says so, or a failure where one is required.
macro_rules! browser_or_skip {
    ($($argument:literal)*) => {
        match $crate::browser::driver::Browser::open(&[$($argument),*]).await {
            Some(browser) => browser,
            None => {
                assert!(
                    std::env::var_os("BALE_TEST_BROWSER").is_none(),
                    "BALE_TEST_BROWSER is set, and there is no `chromedriver` on this machine"
                );
                eprintln!("SKIPPED: no `chromedriver` on this machine (packages chromium, chromium-driver)");
                return;
            }
        }
    };
}
pub(super) use browser_or_skip;

impl Browser {
    /// Starts one, with more arguments; nothing if there is none.
    pub(super) async fn open(more: &[&str]) -> Option<Self> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut said = BufReader::new(driver.stdout.take().expect("piped"));
        let port = said
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let port = line.split_once("successfully on port ")?.1;
                Some(port.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver says its port");
        let base = format!("http://127.0.0.1:{port}/session");
        // A container's root user has no sandbox, and little shared memory.
        let args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
        let args = [&args, more].concat();
        let asked = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": args},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"script": PATIENCE_MS},
        }}});
        let browser = Self { driver, _said: said, client: web::client(), session: base };
        let opened = browser.send("", asked).await;
        let id = opened["sessionId"].as_str().expect("a session");
        let session = format!("{}/{id}", browser.session);
        let mut browser = browser;
        browser.session = session;
        Some(browser)
    }

    async fn send(&self, path: &str, body: Value) -> Value {
        let value = self.try_send(path, &body).await;
        if let Some(error) = value.get("error") {
            panic!("{path} {body}: {error}: {}", value["message"].as_str().unwrap_or_default());
        }
        value
    }

    async fn try_send(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let answer = self.client.post(&url).body(body.to_string()).send().await;
        let text = answer.expect("the driver answers").text().await.expect("a body");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        answer["value"].clone()
    }

    pub(super) async fn go(&self, url: &str) {
        self.send("/url", json!({"url": url})).await;
    }

    async fn devtools(&self, command: &str, params: Value) {
        self.send("/goog/cdp/execute", json!({"cmd": command, "params": params})).await;
    }

    /// Sets the window's inner size and whether dark colours are preferred.
    pub(super) async fn look(&self, width: u32, height: u32, dark: bool) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// What a piece of a script returns.
    pub(super) async fn run(&self, script: &str) -> Value {
        self.send("/execute/sync", json!({"script": script, "args": []})).await
    }

    /// What a script hands to `done`.
    pub(super) async fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.send("/execute/async", json!({"script": script, "args": []})).await
    }

    /// Looks at every frame until this expression is something, and gives that.
    #[track_caller]
    pub(super) fn wait(&self, expression: impl Into<String>) -> impl Future<Output = Value> {
        let (at, expression) = (std::panic::Location::caller(), expression.into());
        let patience = PATIENCE_MS - 5000;
        let script = format!(
            "const from = performance.now(); \
             const look = () => {{ let seen = null; try {{ seen = {expression}; }} catch {{}} \
             if (seen) done(seen); \
             else if (performance.now() - from > {patience}) done(null); \
             else setTimeout(look, 16); }}; look();"
        );
        async move {
            let seen = self.run_until_done(&script).await;
            if seen.is_null() {
                let page = self.run("return document.body.innerText").await;
                panic!(
                    "{at}: never came: {expression}\nthe page says:\n{}",
                    page.as_str().unwrap_or_default()
                );
            }
            seen
        }
    }

    /// Waits until a text stands somewhere in what this selects.
    #[track_caller]
    pub(super) fn reads(&self, selector: &str, text: &str) -> impl Future<Output = Value> {
        let expression = format!(
            "[...document.querySelectorAll({})].some((one) => one.textContent.includes({}))",
            json!(selector),
            json!(text)
        );
        self.wait(expression)
    }

    /// The first element that this selects, and says this.
    #[track_caller]
    pub(super) fn find(&self, selector: &str, text: &str) -> impl Future<Output = Element> {
        let expression = format!(
            "[...document.querySelectorAll({})].find((one) => one.textContent.includes({}))",
            json!(selector),
            json!(text)
        );
        let found = self.wait(expression);
        async move {
            let found = found.await;
            let id =
                found.as_object().and_then(|it| it.values().next()?.as_str()).expect("an element");
            Element(id.to_owned())
        }
    }

    #[track_caller]
    pub(super) fn click(&self, selector: &str, text: &str) -> impl Future<Output = ()> {
        let (element, again) = (self.find(selector, text), self.find(selector, text));
        async move {
            let Element(id) = element.await;
            let clicked = self.try_send(&format!("/element/{id}/click"), &json!({})).await;
            // The page may draw it anew in between.
            if clicked["error"] == "stale element reference" {
                let Element(id) = again.await;
                self.send(&format!("/element/{id}/click"), json!({})).await;
            } else {
                assert_eq!(clicked, Value::Null, "{id}");
            }
        }
    }

    /// Types; for a file field, the path of the file.
    pub(super) async fn write(&self, Element(id): &Element, text: &str) {
        self.send(&format!("/element/{id}/value"), json!({"text": text})).await;
    }

    /// Presses and releases keys, wherever the keyboard is.
    pub(super) async fn keys(&self, keys: &str) {
        let actions = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})));
        let actions: Vec<_> = actions.collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.send("/actions", json!({"actions": [keyboard]})).await;
    }

    pub(super) async fn reload(&self) {
        self.send("/refresh", json!({})).await;
    }

    /// Opens another tab, and stays where it is. Gives the names of this tab and of the new one.
    pub(super) async fn open_tab(&self) -> [String; 2] {
        let here = self.client.get(format!("{}/window", self.session)).send().await;
        let here: Value =
            serde_json::from_str(&here.expect("an answer").text().await.expect("a body"))
                .expect("JSON");
        let new = self.send("/window/new", json!({"type": "tab"})).await;
        [&here["value"], &new["handle"]].map(|name| name.as_str().expect("a name").to_owned())
    }

    pub(super) async fn switch_to(&self, tab: &str) {
        self.send("/window", json!({"handle": tab})).await;
    }

    /// Goes into a frame, or with nothing back to the page.
    pub(super) async fn enter(&self, frame: Option<&str>) {
        let frame = match frame {
            Some(selector) => {
                let Element(id) = self.find(selector, "").await;
                json!({"element-6066-11e4-a52e-4f735466cecf": id})
            }
            None => Value::Null,
        };
        self.send("/frame", json!({"id": frame})).await;
    }

    /// What the console said that is a warning or worse.
    pub(super) async fn complaints(&self) -> Vec<String> {
        let lines = self.send("/se/log", json!({"type": "browser"})).await;
        let lines = lines.as_array().cloned().unwrap_or_default();
        let bad =
            lines.iter().filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING");
        bad.map(|line| line["message"].to_string()).collect()
    }

    /// What axe-core finds wrong with the page as it is, a line each.
    pub(super) async fn inaccessible(&self) -> Vec<String> {
        const AXE: &str = include_str!("../../fixtures/axe.min.js");
        let script = format!(
            // Colours are looked at when they have stopped changing.
            "{AXE}; const ends = (one) => one.effect?.getComputedTiming().iterations !== Infinity; \
             Promise.all(document.getAnimations().filter(ends).map((one) => one.finished.catch(() => 0)))\
             .then(() => axe.run(document, {{ resultTypes: ['violations'] }})).then((found) => done(\
             found.violations.flatMap((rule) => rule.nodes.map((node) => \
             `${{rule.id}}: ${{node.html.slice(0, 160)}}: ${{node.failureSummary.split('\\n')[1] ?? ''}}`))), \
             (error) => done([`${{error}}`]));"
        );
        let found = self.run_until_done(&script).await;
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().filter_map(|line| Some(line.as_str()?.to_owned())).collect()
    }
}

impl Drop for Browser {
    /// The session first: a driver that is killed leaves its browser behind.
    fn drop(&mut self) {
        let address = self.session.strip_prefix("http://").and_then(|it| it.split_once('/'));
        if let Some((host, path)) = address {
            let request =
                format!("DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let closed = TcpStream::connect(host).and_then(|mut stream| {
                stream.set_read_timeout(Some(Duration::from_secs(20)))?;
                stream.write_all(request.as_bytes())?;
                // It keeps the connection open: the end of the answer is that of its JSON.
                let mut said = BufReader::new(stream);
                said.read_until(b'}', &mut Vec::new())
            });
            if let Err(error) = closed {
                eprintln!("the browser may be left behind: {error}");
            }
        }
        let pid = self.driver.id().to_string();
        // It may have ended by itself.
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.driver.wait();
    }
}
