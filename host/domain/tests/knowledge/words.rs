//! What an entry may say, and how it is found.

use super::*;

#[test]
fn what_is_wrong_is_said() {
    let refused = |content: Content, owner: &str| {
        let command = Command::Draft { id: id(), owner: owner.into(), content: Box::new(content) };
        let by = Actor::Known(By::UnitClerk { unit: owner.into() });
        handle(&WORLD, None, &command, &by, noon(TODAY)).err().map(|refusal| refusal.code.into_owned())
    };
    let with = |change: fn(&mut Content)| {
        let mut content = heating();
        change(&mut content);
        refused(content, OWNER)
    };
    assert_eq!(refused(heating(), OWNER), None);
    assert_eq!(refused(heating(), "370705-CG").as_deref(), Some("owner-not-department"));
    assert_eq!(with(|c| c.question = " ".into()).as_deref(), Some("knowledge-incomplete"));
    assert_eq!(with(|c| c.question = "长".repeat(101)).as_deref(), Some("text-too-long"));
    assert_eq!(with(|c| c.answer = "\u{202e}反".into()).as_deref(), Some("hidden-characters"));
    assert_eq!(with(|c| c.answer = "第一段\n第二段".into()), None);
    assert_eq!(with(|c| c.keywords = vec!["热".into(); 21]).as_deref(), Some("too-many"));
    assert_eq!(with(|c| c.categories = vec!["9999".into()]).as_deref(), Some("knowledge-unknown"));
    assert_eq!(with(|c| c.territories = vec!["WF".into()]).as_deref(), Some("knowledge-unknown"));
    let backwards = |c: &mut Content| (c.valid_from, c.valid_until) = (Some(TODAY), Some(date(2024, 11, 5)));
    assert_eq!(with(backwards).as_deref(), Some("validity-range"));
    let submit = |change: fn(&mut Content)| {
        let mut content = heating();
        change(&mut content);
        let story = [(Post::OwnerClerk, draft_of(content), TODAY)];
        let entry = fold(&id(), &played(&story)).expect("an entry");
        handle(&WORLD, Some(&entry), &Command::Submit, &actor(Post::OwnerClerk), noon(TODAY)).err().map(|r| r.chinese)
    };
    assert_eq!(submit(|_| ()), None);
    assert_eq!(submit(|c| c.answer.clear()).as_deref(), Some("请填写答复口径"));
    // 0201 is the housing bureau's.
    let foreign = submit(|c| c.categories = vec!["0201".into()]);
    assert_eq!(foreign.as_deref(), Some("请至少选择一个由本部门负责的诉求分类"));
}

#[test]
fn a_call_finds_its_answer() {
    let entry = entry(Stage::None, Standing::Published);
    let document = entry.document(&entry.category_names(&WORLD)).expect("it is published");
    assert!(document.column(Column::Question).split(' ').any(|token| token == "供热"));
    assert!(document.column(Column::Keywords).split(' ').any(|token| token == "计费"), "the category's name");
    let query = while_calling(&WORLD, "供热费太贵", Some(&"0101".into()), "我是张三丰，电话13805361234，请问怎么收")
        .expect("terms");
    let asked = query.tsquery(Hold::Any);
    assert_eq!(asked, "'供热' | '热费' | '费太' | '太贵' | '热计' | '计费' | '费方' | '方式' | '电话' | '收':*");
    assert!(while_calling(&WORLD, "", None, "").is_none());
    assert!(Column::ALL.windows(2).all(|two| two[0].weight() > two[1].weight() && two[0].label() < two[1].label()));
}
