import { Component, onWillUnmount, useEffect, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000;

/**
 * Reads the record anew every two seconds while the scheduled job works on it, so that the
 * progress is seen without a key press. Unsaved edits are never thrown away.
 *
 * Options: `states` in which the job works; `flag`, a field that says the job was asked to.
 */
export class AutoReload extends Component {
    static template = xml`<span class="d-none"/>`;
    static props = {
        ...standardWidgetProps,
        states: { type: Array },
        flag: { type: String, optional: true },
    };

    setup() {
        this.timer = null;
        useEffect(
            (active) => {
                if (active) {
                    this.plan();
                }
                return () => this.stop();
            },
            () => [this.isActive]
        );
        onWillUnmount(() => this.stop());
    }

    get isActive() {
        const { data, resId } = this.props.record;
        const asked = Boolean(this.props.flag && data[this.props.flag]);
        return Boolean(resId) && (asked || this.props.states.includes(data.state));
    }

    plan() {
        this.timer = browser.setTimeout(() => this.reload(), INTERVAL);
    }

    stop() {
        browser.clearTimeout(this.timer);
        this.timer = null;
    }

    async reload() {
        const { record } = this.props;
        if (!(await record.isDirty()) && !document.hidden) {
            await record.load();
        }
        if (this.timer && this.isActive) {
            this.plan();
        }
    }
}

registry.category("view_widgets").add("smart_billing_auto_reload", {
    component: AutoReload,
    extractProps: ({ options }) => ({ states: options.states || [], flag: options.flag }),
});
