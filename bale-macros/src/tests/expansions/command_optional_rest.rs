#[allow(clippy::unused_async)]
async fn remind(at: Time, zone: Option<Zone>, text: String) {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Time as ::bale::__private::FromArg>::capture(
                __cx,
                0,
                "at",
            ) {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("at", __reject);
                }
            };
            let __p1 = match <Option<
                Zone,
            > as ::bale::__private::FromOptionalArg>::capture(__cx, 1, "zone") {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("zone", __reject);
                }
            };
            let __p2 = match <String as ::bale::__private::FromRestArg>::capture(
                __cx,
                2,
                "text",
            ) {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("text", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = remind(__p0, __p1, __p2).await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::command,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "remind",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Command(
                "remind {at} {zone?} {text...}",
            ),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[],
            total: false,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
