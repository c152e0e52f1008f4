#[allow(clippy::unused_async)]
async fn see(update: Update, State(db): State<Db>) {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Update as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_update,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("update", __reject);
                }
            };
            let __p1 = match <State<
                Db,
            > as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_update,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("State(db)", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = see(__p0, __p1).await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::on_update,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "see",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Update,
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <Update as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_update,
                >>::NEEDS,
                <State<
                    Db,
                > as ::bale::__private::FromUpdate<'_, ::bale::event::on_update>>::NEEDS,
            ],
            total: <Update as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_update,
            >>::ALWAYS
                && <State<
                    Db,
                > as ::bale::__private::FromUpdate<'_, ::bale::event::on_update>>::ALWAYS
                && !<() as ::bale::__private::IntoOutcome<
                    ::bale::event::on_update,
                >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
