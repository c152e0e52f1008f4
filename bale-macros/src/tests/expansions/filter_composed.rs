fn r#in() -> filter::Filter {
    body
}
/// The filter of [`in`](fn@in).
#[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
enum r#in {}
#[allow(dead_code, deprecated, private_interfaces, unreachable_pub)]
impl r#in {
    /// Asks [`in`](fn@in).
    fn filter() -> b::filter::Filter {
        r#in()
    }
}
impl b::__private::IsFilter for r#in {
    fn filter() -> b::filter::Filter {
        Self::filter()
    }
}
