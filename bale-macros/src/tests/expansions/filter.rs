#[allow(clippy::unused_async)]
pub async fn is_member(user: User, bot: &Bot) -> Result<bool> {
    body
}
/// The filter of [`is_member`](fn@is_member).
#[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
pub enum is_member {}
#[allow(dead_code, deprecated, private_interfaces, unreachable_pub)]
impl is_member {
    /// Asks [`is_member`](fn@is_member).
    pub fn filter() -> ::bale::filter::Filter {
        fn __call<'c>(
            __cx: &'c ::bale::__private::Context,
        ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
            ::std::boxed::Box::pin(async move {
                let __p0 = match <User as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::filter_,
                >>::from_update(__cx)
                    .resolve()
                    .await
                {
                    ::core::result::Result::Ok(__value) => __value,
                    ::core::result::Result::Err(__reject) => {
                        return ::bale::__private::rejected("user", __reject);
                    }
                };
                let __p1 = match <&Bot as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::filter_,
                >>::from_update(__cx)
                    .resolve()
                    .await
                {
                    ::core::result::Result::Ok(__value) => __value,
                    ::core::result::Result::Err(__reject) => {
                        return ::bale::__private::rejected("bot", __reject);
                    }
                };
                let __out: Result<bool> = is_member(__p0, __p1).await;
                <Result<
                    bool,
                > as ::bale::__private::IntoOutcome<
                    ::bale::event::filter_,
                >>::into_outcome(__out)
            })
        }
        ::bale::__private::own(
            "is_member",
            ::core::file!(),
            ::core::line!(),
            &[
                <User as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::filter_,
                >>::NEEDS,
                <&Bot as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::filter_,
                >>::NEEDS,
            ],
            __call,
        )
    }
}
impl ::bale::__private::IsFilter for is_member {
    fn filter() -> ::bale::filter::Filter {
        Self::filter()
    }
}
