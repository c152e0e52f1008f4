fn main() -> ::std::process::ExitCode {
    #[allow(clippy::unused_async)]
    async fn main() {}
    <() as ::bale::__private::IntoApp>::run(
        ::bale::__private::Main {
            krate: ::core::env!("CARGO_CRATE_NAME"),
            package: ::core::env!("CARGO_PKG_NAME"),
            lib_beside: true,
        },
        main,
    )
}
#[cfg(test)]
#[::core::prelude::v1::test]
fn bale_registry_is_valid() {
    ::bale::__private::assert_registry_is_valid();
}
