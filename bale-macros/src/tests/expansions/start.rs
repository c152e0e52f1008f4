#[allow(clippy::unused_async)]
async fn ready(bot: Bot) -> Result {
    Ok(())
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Bot as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_start,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("bot", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Result = ready(__p0).await;
            <Result as ::bale::__private::IntoOutcome<
                ::bale::event::on_start,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "ready",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Start,
            options: ::bale::__private::Options {
                aliases: &[],
                chats: &[],
                filters: &[],
                state: ::core::option::Option::None,
                priority: 5,
                hidden: false,
                laneless: false,
                group: ::core::option::Option::None,
            },
            needs: &[
                <Bot as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_start,
                >>::NEEDS,
            ],
            total: <Bot as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_start,
            >>::ALWAYS
                && !<Result as ::bale::__private::IntoOutcome<
                    ::bale::event::on_start,
                >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
