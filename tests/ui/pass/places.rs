//! Where handlers may stand.

use bale::App;

mod private {
    pub(super) mod nested {
        #[bale::command]
        async fn in_a_private_module() {}

        #[bale::on_callback("nested:{id}")]
        pub(in super::super) async fn pressed(id: u64) -> String {
            id.to_string()
        }
    }
}

/// A button's data is written where the function is imported.
mod elsewhere {
    use super::private::nested::pressed;

    pub(super) fn data() -> Result<String, bale::CallbackDataError> {
        pressed::button("Press", 7)?;
        pressed::data(7)
    }
}

fn never_called() {
    struct Item(u8);

    impl std::str::FromStr for Item {
        type Err = std::num::ParseIntError;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            text.parse().map(Self)
        }
    }

    impl std::fmt::Display for Item {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }

    #[bale::command("in_a_body {item}")]
    async fn in_a_body(item: Item) -> String {
        item.to_string()
    }

    #[bale::on_callback("body:{item}")]
    async fn button_in_a_body(item: Item) -> String {
        item.to_string()
    }

    let _ = button_in_a_body::data(Item(1));
}

macro_rules! greeting {
    ($name:ident, $pattern:literal, $text:expr, $type:ty) => {
        #[bale::command($pattern)]
        async fn $name(who: $type) -> String {
            format!("{} {who}", $text)
        }
    };
}

greeting!(hello, "hello {who}", "Hello", String);
greeting!(bye, "bye {who}", "Good bye", u64);

/// Each meets a handler of the same command, which is an error that names both.
#[test]
fn all_are_registered() {
    never_called();
    let app = App::collect_module(module_path!())
        .command("in_a_private_module", async || ())
        .command("in_a_body {a}", async || ())
        .on_callback("body:{a}", async || ())
        .on_callback("nested:{a}", async || ())
        .command("hello {a}", async || ())
        .command("bye {a}", async || ());
    let problems = app.check().expect_err("each is there twice").to_string();
    for name in ["button_in_a_body", "bye", "hello", "in_a_body", "in_a_private_module", "pressed"]
    {
        assert!(problems.contains(&format!("`{name}` (")), "{name} is not in: {problems}");
    }
    assert_eq!(problems.lines().count(), 6, "{problems}");
}

#[tokio::test]
async fn functions_are_called_as_any_other() {
    assert_eq!(elsewhere::data().as_deref(), Ok("nested:7"));
    assert_eq!(private::nested::pressed(7).await, "7");
    assert_eq!(hello("you".to_owned()).await, "Hello you");
    assert_eq!(bye(3).await, "Good bye 3");
}
