#[::core::prelude::v1::test]
/// A greeting.
#[should_panic]
fn greets() {
    #[allow(clippy::unused_async)]
    async fn greets(bot: TestBot) -> Result<(), Error> {
        body
    }
    b::__private::run_test(crate::app, greets);
}
