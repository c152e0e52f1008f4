use bale::MemberLeave;

#[bale::on_member_join]
async fn welcome(_: MemberLeave) {}

fn main() {}
