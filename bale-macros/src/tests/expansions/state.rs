const _: () = {
    fn __give(
        __whole: &(dyn ::core::any::Any + ::core::marker::Send + ::core::marker::Sync),
        __parts: &mut ::bale::__private::Parts<'_>,
    ) {
        if let ::core::option::Option::Some(__whole) = __whole.downcast_ref::<Shop>() {
            __parts.copy::<Settings>(&__whole.a);
            __parts.share::<Db>(&__whole.b);
            __parts.copy::<Arc<dyn Clock>>(&__whole.d);
        }
    }
    ::bale::__private::inventory::submit! {
        ::bale::__private::PartsRecord { whole : ::core::any::TypeId::of:: < Shop >, give
        : __give, }
    }
};
