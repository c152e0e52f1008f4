#[allow(clippy::unused_async)]
async fn start(bot: Bot) -> Result<impl IntoOutcome<command>, Error> {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Bot as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::command,
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
            ::bale::__private::into_outcome::<
                ::bale::event::command,
                _,
            >(start(__p0).await)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "start",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Command("start"),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <Bot as ::bale::__private::FromUpdate<'_, ::bale::event::command>>::NEEDS,
            ],
            total: false,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
