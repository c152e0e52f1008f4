#[cfg(unix)]
fn main() -> ::std::process::ExitCode {
    use ::my_handlers as _;
    use ::plugins as _;
    #[allow(clippy::unused_async)]
    /// Set-up.
    #[cfg(unix)]
    async fn main() -> bale::Result<App> {
        Ok(App::new())
    }
    <bale::Result<
        App,
    > as b::__private::IntoApp>::run(
        b::__private::Main {
            krate: ::core::env!("CARGO_CRATE_NAME"),
            package: ::core::env!("CARGO_PKG_NAME"),
            lib_beside: true,
        },
        main,
    )
}
#[cfg(unix)]
#[cfg(test)]
#[::core::prelude::v1::test]
fn bale_registry_is_valid() {
    b::__private::assert_registry_is_valid();
}
