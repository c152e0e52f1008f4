//! What `main` may return.

mod nothing {
    #[bale::main]
    async fn main() {}
}

mod app {
    use bale::App;

    /// Sets up.
    #[bale::main]
    async fn main() -> App {
        App::new().state("state".to_owned())
    }
}

mod result {
    #[bale::main()]
    async fn main() -> bale::Result {
        Ok(())
    }
}

mod result_of_app {
    use std::num::ParseIntError;

    #[bale::main(crate = bale)]
    async fn main() -> Result<bale::App, ParseIntError> {
        "12".parse::<u64>()?;
        Ok(bale::App::new())
    }
}

mod opaque {
    #[bale::main]
    async fn main() -> impl bale::app::IntoApp {
        bale::App::new()
    }
}

mod linked {
    #[bale::main(link(bale_tests, bytes))]
    async fn main() {}
}

mod conditional {
    #[bale::main]
    #[cfg(any())]
    async fn main() -> Unknown {}

    #[bale::main]
    #[cfg(not(any()))]
    async fn main() {}
}
