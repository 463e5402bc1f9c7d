import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const DAY = 86400000;

/** Days since the epoch of a date as the server writes it: no time zone has a say in it. */
const dayNumber = (text) => Date.parse(`${text}T00:00:00Z`) / DAY;

/**
 * A contract's life as lanes of days: plan, quantity, options, discounts, terms, billed periods.
 * Every bar can be reached with the keyboard and tells its days; below the picture the same is
 * said in words, for those who would rather read.
 */
export class ContractStory extends Component {
    static template = "smart_billing.ContractStory";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ story: false, told: false });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => this.load(next));
    }

    async load({ record }) {
        const story = record.resId
            ? await this.orm.call("smart.billing.contract", "get_story", [[record.resId]])
            : false;
        this.state.story = story;
        this.state.told = false;
        if (story) {
            this.begin = dayNumber(story.begin);
            this.length = Math.max(dayNumber(story.end) - this.begin, 1);
        }
    }

    /** Place of a day in percent of the picture's width. */
    place(text) {
        const share = (dayNumber(text) - this.begin) / this.length;
        return Math.min(Math.max(share, 0), 1) * 100;
    }

    barStyle({ begin, end }) {
        const left = this.place(begin);
        return `left: ${left}%; width: ${Math.max(this.place(end) - left, 0.3)}%;`;
    }

    get isTodayShown() {
        const today = dayNumber(this.state.story.today);
        return today >= this.begin && today <= this.begin + this.length;
    }

    /** First days of the months (of the years, where there are many) that the picture shows. */
    get ticks() {
        const step = this.length > 3 * 366 ? 12 : this.length > 366 ? 3 : 1;
        const first = new Date(this.begin * DAY);
        const ticks = [];
        for (let month = 0; month <= this.length / 28 + 12; month++) {
            const day = new Date(Date.UTC(first.getUTCFullYear(), month + 1, 1));
            const number = day.getTime() / DAY;
            if (number > this.begin + this.length) {
                break;
            }
            if (number > this.begin && day.getUTCMonth() % step === 0) {
                const text = day.toISOString().slice(0, 10);
                ticks.push({ text: text.slice(0, 7), style: `left: ${this.place(text)}%;` });
            }
        }
        return ticks;
    }

    /** What a bar or mark says, below the picture, once it is pointed at or has the focus. */
    tell(lane, bar) {
        this.state.told = `${lane.label}: ${bar.text} (${bar.days})`;
    }

    tellMark(mark) {
        this.state.told = `${mark.date} ${mark.text}`;
    }
}

registry.category("view_widgets").add("smart_billing_contract_story", {
    component: ContractStory,
});
