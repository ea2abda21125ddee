// 首次联系提醒：派单时设一个定时器；联系了来电人就取消；到时还没有联系的，通知主办单位。
// A timer is set with the dispatch, and cancelled when the caller is contacted; when it fires,
// the lead unit is told.
import { type Event, type OnEvent, type Proposal, log, propose } from "./.chuishao/chuishao.js";

const TIMER = "contact";

export const onEvent: OnEvent = (event: Event, ticket, context): Proposal[] => {
  const hours = context.integer("working-hours");
  switch (event.tag) {
    case "dispatched": {
      const after = { tag: "working-hours", val: hours } as const;
      return [propose("set-timer", { name: TIMER, after }, `${hours} 个工作小时内应联系来电人`)];
    }
    case "caller-contacted":
      return [propose("cancel-timer", TIMER, "已联系来电人")];
    case "timer-fired": {
      const lead = ticket.assignments.find((assignment) => assignment.lead);
      if (lead === undefined) return [];
      log.info(`提醒 ${lead.handlingUnit}`);
      const text = `工单 ${ticket.id} 派单后 ${hours} 个工作小时还没有联系来电人，请尽快联系`;
      return [
        propose("notify", { toUnit: lead.handlingUnit, text }, "首次联系不及时"),
        propose("add-tag", "未及时联系", `${lead.name}在 ${hours} 个工作小时内没有联系来电人`),
      ];
    }
    default:
      return [];
  }
};
