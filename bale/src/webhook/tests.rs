//! What an address, a secret and the environment may be.

use super::*;

fn address(url: &str) -> String {
    match Webhook::new(url) {
        Ok(webhook) => webhook.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_address_is_what_bale_takes() {
    for (url, taken) in [
        ("https://a.example", "https://a.example/<secret>"),
        ("https://a.example/", "https://a.example/<secret>"),
        ("https://a.example:88/bots/shop/", "https://a.example:88/bots/shop/<secret>"),
        ("http://localhost:8080/x", "http://localhost:8080/x/<secret>"),
        ("http://[::1]:1/x", "http://[::1]:1/x/<secret>"),
    ] {
        assert_eq!(address(url), taken);
    }
    let expected = "expected the address of a webhook, as https://example.com/bale; found ";
    for (url, found) in [
        ("", "none (empty string)"),
        ("a.example", "one without `https://` or without a host"),
        ("/bale", "one without `https://` or without a host"),
        ("http://a.example/x", "`http://`: Bale brings updates by https only"),
        ("ftp://localhost/x", "`ftp://`: Bale brings updates by https only"),
        ("https://a.example:8443/x", "port 8443: Bale connects to 443 and 88 only"),
        ("https://a.example/x?y", "one with `?`, `#`, `@` or braces"),
        ("https://me:pass@a.example/x", "one with `?`, `#`, `@` or braces"),
        ("https://a.example//x", "a path with `//` in it"),
        ("https://a.example/ x", "none (invalid uri character)"),
    ] {
        assert_eq!(address(url), format!("{expected}{found}"), "{url}");
    }
}

#[test]
fn a_secret_is_long_and_plain_and_never_shown() {
    let webhook = || Webhook::new("https://a.example").unwrap();
    assert_eq!(
        webhook().secret("short").unwrap_err().to_string(),
        "expected a secret of at least 16 characters, found 5"
    );
    for bad in ["0123456789abcde/", "0123456789abcde ", "رمز۰۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵"] {
        assert_eq!(
            webhook().secret(bad).unwrap_err().to_string(),
            "expected a secret of letters A-Z, digits, `-` and `_`; found another character"
        );
    }
    let given = webhook().secret("0123456789abcdef").unwrap();
    assert_eq!(given.full_address(), "https://a.example/0123456789abcdef");
    assert!(!format!("{given:?} {given}").contains("0123456789abcdef"));
    let made: Vec<_> = (0..2).map(|_| webhook().shared.secret.reveal().to_owned()).collect();
    assert!(made[0] != made[1] && made[0].len() == 48, "{made:?}");
}

#[test]
fn a_path_ends_with_the_secret_or_does_not() {
    let secret = Secret::given("0123456789abcdef".to_owned()).unwrap();
    for path in ["/0123456789abcdef", "/x/0123456789abcdef", "0123456789abcdef"] {
        assert!(secret.ends(path), "{path}");
    }
    for path in ["", "/", "/0123456789abcdef/", "/0123456789abcdeF", "/x0123456789abcdef"] {
        assert!(!secret.ends(path), "{path}");
    }
}

fn from(variables: &[(&str, &str)]) -> Result<Option<Webhook>, WebhookError> {
    Webhook::from_variables(|name| {
        variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_environment_says_whether_and_where() {
    assert!(from(&[]).unwrap().is_none());
    assert!(from(&[("BALE_WEBHOOK_URL", " "), ("BALE_WEBHOOK_LISTEN", "x")]).unwrap().is_none());
    let url = ("BALE_WEBHOOK_URL", " https://a.example/x\n");
    let webhook = from(&[url]).unwrap().unwrap();
    assert_eq!(
        (webhook.to_string(), webhook.listen.as_deref()),
        ("https://a.example/x/<secret>".to_owned(), Some("127.0.0.1:8080"))
    );
    let webhook = from(&[
        url,
        ("BALE_WEBHOOK_LISTEN", "0.0.0.0:80"),
        ("BALE_WEBHOOK_SECRET", "0123456789abcdef"),
    ]);
    let webhook = webhook.unwrap().unwrap();
    assert_eq!(webhook.full_address(), "https://a.example/x/0123456789abcdef");
    assert_eq!(webhook.listen.as_deref(), Some("0.0.0.0:80"));
    assert_eq!(
        from(&[("BALE_WEBHOOK_URL", "http://a.example")]).unwrap_err().to_string(),
        "BALE_WEBHOOK_URL: expected the address of a webhook, as https://example.com/bale; found `http://`: \
         Bale brings updates by https only"
    );
    assert_eq!(
        from(&[url, ("BALE_WEBHOOK_SECRET", "x")]).unwrap_err().to_string(),
        "BALE_WEBHOOK_SECRET: expected a secret of at least 16 characters, found 1"
    );
}
