import { describeDelivery } from "./delivery.ts";

describeDelivery("stream", { wanted: "stream", isDirect: false, isCopied: true });

describeDelivery("copy", { wanted: "copy", isDirect: true, isCopied: true });

describeDelivery("zero-copy", { wanted: "zero-copy", isDirect: true, isCopied: false });

describeDelivery("what is chosen for files that may be written over", { isDirect: true, isCopied: true });

describeDelivery("what is chosen for files that only grow", {
  isDirect: true,
  isCopied: true,
  options: { appendOnly: true },
});

describeDelivery("what is chosen for files that are never overwritten", {
  isDirect: true,
  isCopied: false,
  options: { neverOverwritten: true },
});

describeDelivery("below a response with a method of its own", {
  wanted: "copy",
  isDirect: false,
  isCopied: true,
  wrap: (listener) => (request, response) => {
    response.write = response.write.bind(response);
    listener(request, response);
  },
});
