#[automatically_derived]
impl ::bale::dialogue::Dialogue for Order {
    const NAME: &'static str = "order";
    const VERSION: u32 = 3;
    const SCOPE: ::bale::dialogue::Scope = ::bale::dialogue::Scope::User;
    const TTL: ::core::time::Duration = ::core::time::Duration::from_millis(172800000);
    fn migrate(
        __version: u32,
        __state: ::bale::__private::Json,
    ) -> ::core::option::Option<Self> {
        old::read(__version, __state)
    }
    fn variant(&self) -> ::core::option::Option<&'static str> {
        ::core::option::Option::Some(
            match self {
                Self::Name { .. } => "Name",
                Self::Phone { .. } => "Phone",
                Self::Sure { .. } => "Sure",
            },
        )
    }
}
