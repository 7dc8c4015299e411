const frontEnd = `
export default { render({ model, el }) {
  const input = document.createElement('input')
  input.type = 'range'
  const show = () => { input.value = model.get('value') }
  model.on('change:value', show)
  input.addEventListener('input', () => { model.set('value', Number(input.value)); model.save_changes() })
  el.append(input)
  show()
} }`
// Replaces anywidget and ipywidgets, which are not available here, with the messages they send.
/** Python that shows a slider, `slider`, at 30. */
export const sliderCode = `
import comm

class Slider:
    def __init__(self, value, esm):
        self.value = value
        state = {"value": value, "_esm": esm, "_anywidget_id": "Slider", "_view_name": "AnyView"}
        self.comm = comm.create_comm(target_name="jupyter.widget", data={"state": state, "buffer_paths": []})
        self.comm.on_msg(self.heard)
    def heard(self, msg):
        data = msg["content"]["data"]
        if data["method"] == "update": self.value = data["state"]["value"]
    def set(self, value):
        self.value = value
        self.comm.send({"method": "update", "state": {"value": value}, "buffer_paths": []})
    def _repr_mimebundle_(self, **_):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.comm.comm_id}
        return {"application/vnd.jupyter.widget-view+json": view, "text/plain": f"Slider({self.value})"}

slider = Slider(30, ${JSON.stringify(frontEnd)})
slider`
