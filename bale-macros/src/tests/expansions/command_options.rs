#[allow(clippy::unused_async)]
async fn ban(who: UserId, Args((a, b)): Args<(u8, u8)>) {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <UserId as ::bale::__private::FromArg>::capture(
                __cx,
                0,
                "who",
            ) {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("who", __reject);
                }
            };
            let __p1 = match <Args<
                (u8, u8),
            > as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::command,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("Args((a,b))", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = ban(__p0, __p1).await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::command,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "ban",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Command("ban {who}"),
            options: ::bale::__private::Options {
                aliases: &["kick", "out", "اخراج"],
                chats: &[
                    ::bale::__private::ChatKind::Group,
                    ::bale::__private::ChatKind::Channel,
                ],
                filters: &[],
                state: ::core::option::Option::None,
                priority: -3,
                hidden: true,
                laneless: true,
                group: ::core::option::Option::None,
            },
            needs: &[
                <Args<
                    (u8, u8),
                > as ::bale::__private::FromUpdate<'_, ::bale::event::command>>::NEEDS,
            ],
            total: false,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
